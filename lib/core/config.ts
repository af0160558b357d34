/**
 * What config-env hands on, as a JSON file: references and literals, never a secret's value. `secrets` maps a
 * variable to a task definition's valueFrom: a complete secret ARN (with `:key::` for a JSON key) or a parameter's ARN.
 */
export type ResolvedConfig = {
  readonly schema: 1;
  readonly application: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** sha256 over all references and the secrets' version ids. */
  readonly fingerprint: string;
  readonly services: Readonly<Record<string, ServiceConfig>>;
};

export type ServiceConfig = {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** In the manifest's order: the service's variables and the migration's own, merged. */
  readonly migrations: readonly {
    readonly environment: Readonly<Record<string, string>>;
    readonly secrets: Readonly<Record<string, string>>;
  }[];
  /** Derived secrets that this service refers to. */
  readonly derived: readonly {
    readonly variable: string;
    readonly name: string;
    readonly arn: string;
    readonly versionId: string;
  }[];
};
