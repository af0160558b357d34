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

/** Whether a value has this shape throughout, so that nobody trips over a hole in it later. */
export function isResolvedConfig(value: unknown): value is ResolvedConfig {
  if (!isMap(value) || value['schema'] !== 1) return false;
  const words = ['application', 'environment', 'account', 'region', 'fingerprint'];
  const { services } = value;
  return (
    words.every((word) => typeof value[word] === 'string') &&
    isMap(services) &&
    Object.values(services).every(isService)
  );
}

function isService(value: unknown): boolean {
  if (!isMap(value) || !hasVariables(value)) return false;
  const { migrations, derived } = value;
  return (
    Array.isArray(migrations) && migrations.every(hasVariables) && Array.isArray(derived) && derived.every(isTexts)
  );
}

function hasVariables(value: unknown): boolean {
  return isMap(value) && isTexts(value['environment']) && isTexts(value['secrets']);
}

/** Names with texts. */
function isTexts(value: unknown): boolean {
  return isMap(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
