import type { Cloud } from '../cloud.ts';
import { jsonProtocol } from '../transport/json.ts';
import { ec2Protocol } from '../transport/ec2.ts';
import { queryProtocol } from '../transport/query.ts';
import { allRates, rated } from './account-rates.ts';
import { createAutoscaling } from './autoscaling/index.ts';
import { createCloudFormation } from './cloudformation/index.ts';
import { createCloudwatch } from './cloudwatch/index.ts';
import { createDiscovery } from './discovery/index.ts';
import { createEc2 } from './ec2/index.ts';
import { createEcr } from './ecr/index.ts';
import { createEcs } from './ecs/index.ts';
import { createElb } from './elb/index.ts';
import { createGithub } from './github/index.ts';
import { createIam } from './iam/index.ts';
import { createLogs } from './logs/index.ts';
import { createRds } from './rds/index.ts';
import { createS3 } from './s3/index.ts';
import { createSecrets } from './secrets/index.ts';
import { createSsm } from './ssm/index.ts';
import { createSts } from './sts/index.ts';

export type Services = ReturnType<typeof createServices>;

/** Every service of the account, and how requests reach them: S3 is asked last, as any path may be a bucket's. */
export function createServices(cloud: Cloud, { trustsGithub }: { trustsGithub: boolean }) {
  const parts = {
    iam: createIam(cloud, trustsGithub),
    sts: createSts(),
    ecr: createEcr(cloud),
    ssm: createSsm(cloud),
    secrets: createSecrets(cloud),
    logs: createLogs(cloud),
    ec2: createEc2(cloud),
    elb: createElb(cloud),
    discovery: createDiscovery(cloud),
    rds: createRds(cloud),
    cloudwatch: createCloudwatch(cloud),
    ecs: createEcs(cloud),
    autoscaling: createAutoscaling(cloud),
  };
  const github = createGithub(cloud);
  const s3 = createS3(cloud);
  const resources = Object.assign(
    {},
    s3.resources,
    ...Object.values(parts).map((part) => part.resources),
  ) as typeof s3.resources;
  const cloudformation = createCloudFormation(cloud, { providers: () => resources, templates: s3.objects });
  const rates = allRates();
  const services = [...Object.values(parts), cloudformation]
    .flatMap((part) => part.services)
    .map((service) => rated(cloud.clock, service, rates));
  return {
    ...parts,
    github,
    rates,
    cloudformation,
    resources,
    protocols: [
      github.protocol,
      parts.ecr.protocol,
      parts.ecr.downloads,
      jsonProtocol(cloud, services),
      ec2Protocol(cloud, services),
      queryProtocol(cloud, services),
      s3.protocol,
    ],
  };
}
