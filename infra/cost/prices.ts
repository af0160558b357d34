/** What AWS asks for one unit, and the page on which it says so. */
export type Price = { readonly usd: number; readonly unit: string; readonly source: string };

/**
 * Prices of one region in US dollars, without taxes, free tiers and commitments. They were written down from memory and not
 * checked online: when you decide by them, look at the pages that they name, correct what is old, and date the table anew.
 */
export const priceTable = {
  region: 'eu-west-1',
  date: '2026-11-23',
  checkedOnline: false,
  hoursPerMonth: 730,
} as const;

const page = (path: string) => `https://aws.amazon.com/${path}/pricing/`;
const price = (usd: number, unit: string, service: string): Price => ({ usd, unit, source: page(service) });

export const prices = {
  fargate: {
    x86: { cpu: price(0.04048, 'vCPU hour', 'fargate'), memory: price(0.004445, 'GB hour', 'fargate') },
    arm64: { cpu: price(0.03238, 'vCPU hour', 'fargate'), memory: price(0.00356, 'GB hour', 'fargate') },
    /** Spot moves with demand: about 70 % below. */
    spotShare: 0.3,
  },
  auroraInstance: new Map([
    ['db.t4g.medium', price(0.08, 'instance hour', 'rds/aurora')],
    ['db.t4g.large', price(0.161, 'instance hour', 'rds/aurora')],
    ['db.r6g.large', price(0.287, 'instance hour', 'rds/aurora')],
    ['db.r6g.xlarge', price(0.574, 'instance hour', 'rds/aurora')],
  ]),
  auroraStorage: price(0.11, 'GB month', 'rds/aurora'),
  auroraRequests: price(0.22, 'million requests', 'rds/aurora'),
  cacheNode: new Map([
    ['cache.t4g.micro', price(0.0176, 'node hour', 'elasticache')],
    ['cache.t4g.small', price(0.035, 'node hour', 'elasticache')],
    ['cache.t4g.medium', price(0.071, 'node hour', 'elasticache')],
  ]),
  objects: price(0.023, 'GB month', 's3'),
  transferOut: price(0.09, 'GB', 'ec2/on-demand'),
  loadBalancer: price(0.0252, 'hour', 'elasticloadbalancing'),
  capacityUnit: price(0.008, 'LCU hour', 'elasticloadbalancing'),
  logs: price(0.57, 'GB', 'cloudwatch'),
  natGateway: price(0.048, 'hour', 'vpc'),
  natTraffic: price(0.048, 'GB', 'vpc'),
  publicAddress: price(0.005, 'address hour', 'vpc'),
  endpoint: price(0.011, 'endpoint hour', 'privatelink'),
  webAcl: price(5, 'month', 'waf'),
  webRule: price(1, 'rule month', 'waf'),
  webRequests: price(0.6, 'million requests', 'waf'),
  metric: price(0.3, 'metric month', 'cloudwatch'),
  alarm: price(0.1, 'alarm month', 'cloudwatch'),
  secret: price(0.4, 'secret month', 'secrets-manager'),
  images: price(0.1, 'GB month', 'ecr'),
  instanceInNamespace: price(0.1, 'instance month', 'cloud-map'),
  privateZone: price(0.5, 'zone month', 'route53'),
  key: price(1, 'key month', 'kms'),
} as const;
