import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { certificateOf } from '../constructs/certificate.ts';
import { Firewall } from '../constructs/firewall.ts';
import { LoadBalancer } from '../constructs/load-balancer.ts';
import { exportAll } from '../exports.ts';
import type { Data, Edge, Network } from '../handed.ts';
import type { Setting } from '../setting.ts';

type Below = { readonly network: Network; readonly data: Data };

/** The way in from the internet; made only when a service has an ingress. Rules that lead to services are beside the services. */
export class EdgeStack extends Stack {
  readonly handed: Edge;

  constructor(scope: Construct, id: string, setting: Setting, { network, data }: Below, props: StackProps) {
    super(scope, id, props);
    const { environment } = setting.manifest;
    const certificate = certificateOf(this, environment);
    const { resource, https } = new LoadBalancer(this, 'LoadBalancer', { setting, network, certificate });
    if (environment.firewall !== undefined) {
      const { firewall: wish } = environment;
      new Firewall(this, 'Firewall', { setting, wish, loadBalancer: resource.ref, key: data.key });
    }
    const { domain, hostedZone } = environment;
    if (domain !== undefined && hostedZone !== undefined) {
      new CfnRecordSet(this, 'Alias', {
        name: domain,
        hostedZoneId: hostedZone,
        type: 'A',
        aliasTarget: { dnsName: `dualstack.${resource.attrDnsName}`, hostedZoneId: resource.attrCanonicalHostedZoneId },
      });
    }
    this.handed = {
      httpsListener: https.ref,
      loadBalancer: resource.attrLoadBalancerFullName,
      dnsName: resource.attrDnsName,
    };
    exportAll(this, this.handed);
  }
}
