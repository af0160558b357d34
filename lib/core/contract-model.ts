/**
 * What infra tells the actions: one JSON parameter each under `/<application>/<environment>/infra/`, below 4 KB,
 * with secret *names* (an ARN is looked up when needed, since partial ARNs fail). Schema version 1.
 *
 *     meta              {"schema":1,"account","region","rehearsal"?:{"notSimulated":["cache"]}}
 *     cluster           {"name","capacityProviders":["FARGATE","FARGATE_SPOT"]}
 *     network           {"vpc","subnets":[…],"assignPublicIp":"DISABLED","namespace":"smartboard.internal"}
 *     database          {"host","port","name","secret","sslmode"}
 *     cache             {"host","port","secret"}
 *     storage/<name>    {"bucket"}
 *     services/<name>   {"service","repository","logGroup","executionRole","taskRole","securityGroups":[…],"targetGroup"?,"registry"?}
 *     migrations        {"securityGroups":[…]}
 *     hash              {"hash"}   written after the last stack succeeded
 */
export type Contract = {
  readonly account: string;
  readonly region: string;
  /** Only in a rehearsal: parts that are declared but not there. Refused unless AWS_ENDPOINT_URL is a loopback address. */
  readonly notSimulated: readonly string[];
  readonly cluster: { readonly name: string; readonly capacityProviders: readonly string[] };
  readonly network: {
    readonly vpc: string;
    readonly subnets: readonly string[];
    readonly assignPublicIp: 'ENABLED' | 'DISABLED';
    readonly namespace: string | undefined;
  };
  readonly database:
    | {
        readonly host: string;
        readonly port: number;
        readonly name: string;
        readonly secret: string;
        readonly sslmode: string;
      }
    | undefined;
  readonly cache: { readonly host: string; readonly port: number; readonly secret: string } | undefined;
  readonly storage: ReadonlyMap<string, { readonly bucket: string }>;
  readonly services: ReadonlyMap<string, ServiceContract>;
  /** Security groups of migration tasks; those of the private services. */
  readonly migrations: { readonly securityGroups: readonly string[] };
};

export type ServiceContract = {
  /** Name of the ECS service, e.g. `smartboard-web`. */
  readonly service: string;
  /** Name of the ECR repository. */
  readonly repository: string;
  readonly logGroup: string;
  readonly executionRole: string;
  readonly taskRole: string;
  readonly securityGroups: readonly string[];
  readonly targetGroup: string | undefined;
  /** ARN of the Cloud Map service. */
  readonly registry: string | undefined;
};
