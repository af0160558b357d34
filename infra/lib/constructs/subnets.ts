import { CfnSubnet, CfnSubnetRouteTableAssociation } from 'aws-cdk-lib/aws-ec2';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { addressPlan } from '../address-plan.ts';
import { Routes, type RoutesProps } from './routes.ts';

export type SubnetsProps = Omit<RoutesProps, 'publicSubnets'> & {
  readonly cidr: string;
  /** In the manifest's order. */
  readonly zones: readonly string[];
};

/** Three subnets a zone: public for load balancer and NAT, app for tasks, data without a way out. */
export class Subnets extends Construct {
  readonly public: readonly string[];
  readonly app: readonly string[];
  readonly data: readonly string[];
  /** Route tables of the app subnets, for gateway endpoints. */
  readonly appRouteTables: readonly string[];

  constructor(scope: Construct, id: string, props: SubnetsProps) {
    super(scope, id);
    Validations.of(this).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'The manifest names the zones: a synthesis looks nothing up, and what stands never moves by itself.',
    });
    const zones = [...addressPlan(props.cidr, props.zones)].map(([zone, cidrs]) => ({
      zone,
      public: this.subnet('public', zone, cidrs.public, props),
      app: this.subnet('app', zone, cidrs.app, props),
      data: this.subnet('data', zone, cidrs.data, props),
    }));
    this.public = zones.map((zone) => zone.public);
    this.app = zones.map((zone) => zone.app);
    this.data = zones.map((zone) => zone.data);

    const routes = new Routes(this, 'Routes', {
      ...props,
      publicSubnets: new Map(zones.map((it) => [it.zone, it.public])),
    });
    this.appRouteTables = [...new Set(routes.app.values())];
    for (const { zone, ...subnets } of zones) {
      this.associate('public', zone, subnets.public, routes.public);
      this.associate('app', zone, subnets.app, routes.app.get(zone)!);
      this.associate('data', zone, subnets.data, routes.data);
    }
  }

  private subnet(tier: string, zone: string, cidrBlock: string, { vpc, prefix }: SubnetsProps): string {
    return new CfnSubnet(this, `${tier}-${zone}`, {
      vpcId: vpc.ref,
      availabilityZone: zone,
      cidrBlock,
      // Nothing gets a public address because of where it is: the load balancer and NAT gateways ask for theirs.
      mapPublicIpOnLaunch: false,
      tags: [{ key: 'Name', value: `${prefix}-${tier}-${zone}` }],
    }).ref;
  }

  private associate(tier: string, zone: string, subnetId: string, routeTableId: string): void {
    new CfnSubnetRouteTableAssociation(this, `${tier}-${zone}-routes`, { subnetId, routeTableId });
  }
}
