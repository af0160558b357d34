/** What an environment stands on, as the infrastructure makes it. Actions read none of it. */
export type Foundation = {
  /** `cidr` is a private IPv4 range of /16 to /20, such as `10.0.0.0/16`. */
  readonly network: { readonly cidr: string };
  readonly nat: 'per-az' | 'single' | 'none';
  /** Interface endpoints, so that calls of AWS stay inside the network; the one of S3 is always there and free. */
  readonly endpoints: boolean;
  readonly flowLogs: boolean;
  /** Whose keys encrypt what is stored: AWS's own, or one customer-managed key of the environment. */
  readonly encryption: 'aws' | 'cmk';
  /** Refuses to delete stacks, database and load balancer until someone turns it off. */
  readonly protection: boolean;
  readonly logRetentionDays: number;
  readonly alarms: { readonly enabled: boolean; readonly emails: readonly string[] };
  /** Undefined: none. `countRules` are rules of AWS's groups that only count what they would have blocked. */
  readonly firewall: { readonly countRules: readonly string[]; readonly requestsPer5Minutes: number } | undefined;
  readonly loadBalancer: { readonly idleTimeoutSeconds: number };
  readonly databaseSize: { readonly instanceClass: string; readonly instances: number } | undefined;
  readonly cacheSize: { readonly nodeType: string; readonly nodes: number } | undefined;
};

/** Where objects go when nobody has needed them for long. `glacier` must be restored before it can be read again. */
export type Archive = { readonly class: 'glacier-ir' | 'glacier' | 'none'; readonly afterDays: number };
