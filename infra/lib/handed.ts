/**
 * What one stack hands to the next: ids as strings (tokens, which CDK turns into exports). Only what lives as long as the
 * environment is handed on; whatever belongs to a single service stays inside the platform stack, so that removing a
 * service never meets an export in use.
 */
export type Network = {
  readonly vpc: string;
  readonly publicSubnets: readonly string[];
  /** Tasks run here, with a way out and no address of their own. */
  readonly appSubnets: readonly string[];
  /** Database and cache; no way out. */
  readonly dataSubnets: readonly string[];
  readonly securityGroups: {
    readonly loadBalancer: string;
    readonly services: string;
    readonly database: string;
    readonly cache: string;
  };
  readonly namespace: { readonly id: string; readonly name: string };
};

/** Names, which need no export: what actions ask of database and cache, the data stack publishes itself. */
export type Data = {
  /** ARN of the environment's own key; undefined where AWS's keys encrypt. */
  readonly key: string | undefined;
  readonly database: { readonly cluster: string } | undefined;
  readonly cache: { readonly replicationGroup: string } | undefined;
};

/** Only where a service is public. */
export type Edge = {
  readonly httpsListener: string;
  /** `app/<name>/<id>`, as metrics name it. */
  readonly loadBalancer: string;
  readonly dnsName: string;
};
