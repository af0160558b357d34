import {
  CfnEIP,
  CfnInternetGateway,
  CfnNatGateway,
  CfnRoute,
  CfnRouteTable,
  CfnVPCGatewayAttachment,
  type CfnVPC,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export type RoutesProps = {
  readonly vpc: CfnVPC;
  /** A single one is in the first zone. */
  readonly nat: 'per-az' | 'single' | 'none';
  /** What names begin with, e.g. `smartboard-prod`. */
  readonly prefix: string;
  /** Public subnet by zone. */
  readonly publicSubnets: ReadonlyMap<string, string>;
};

/** Ways out: public subnets through the internet gateway, app subnets through NAT, data subnets not at all. */
export class Routes extends Construct {
  readonly public: string;
  /** Route table by zone. */
  readonly app: ReadonlyMap<string, string>;
  readonly data: string;
  private readonly props: RoutesProps;

  constructor(scope: Construct, id: string, props: RoutesProps) {
    super(scope, id);
    this.props = props;
    const gateway = new CfnInternetGateway(this, 'Internet', { tags: this.named() });
    const attachment = new CfnVPCGatewayAttachment(this, 'InternetAttachment', {
      vpcId: props.vpc.ref,
      internetGatewayId: gateway.ref,
    });
    this.public = this.table('public');
    this.wayOut('public', this.public, { gatewayId: gateway.ref }).addResourceDependency(attachment);
    this.data = this.table('data');

    const zones = [...props.publicSubnets.keys()];
    const natZones = props.nat === 'none' ? [] : props.nat === 'single' ? zones.slice(0, 1) : zones;
    const nat = new Map(natZones.map((zone) => [zone, this.nat(zone, attachment)]));
    this.app = new Map(
      zones.map((zone) => {
        const table = this.table(`app-${zone}`);
        const natGatewayId = nat.get(zone) ?? nat.get(natZones[0] ?? '');
        if (natGatewayId !== undefined) this.wayOut(`app-${zone}`, table, { natGatewayId });
        return [zone, table];
      }),
    );
  }

  private table(name: string): string {
    return new CfnRouteTable(this, name, { vpcId: this.props.vpc.ref, tags: this.named(name) }).ref;
  }

  private wayOut(name: string, routeTableId: string, through: { gatewayId: string } | { natGatewayId: string }) {
    return new CfnRoute(this, `${name}-out`, { routeTableId, destinationCidrBlock: '0.0.0.0/0', ...through });
  }

  private nat(zone: string, internet: CfnVPCGatewayAttachment): string {
    const address = new CfnEIP(this, `address-${zone}`, { domain: 'vpc', tags: this.named(`nat-${zone}`) });
    address.addResourceDependency(internet);
    return new CfnNatGateway(this, `nat-${zone}`, {
      subnetId: this.props.publicSubnets.get(zone)!,
      allocationId: address.attrAllocationId,
      tags: this.named(`nat-${zone}`),
    }).ref;
  }

  private named(...parts: readonly string[]) {
    return [{ key: 'Name', value: [this.props.prefix, ...parts].join('-') }];
  }
}
