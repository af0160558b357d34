import { createHash } from 'node:crypto';
import type { Cloud } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';

export type ParameterType = 'String' | 'StringList' | 'SecureString';
export type Tier = 'Standard' | 'Advanced';

export type ParameterVersion = {
  readonly value: string;
  readonly type: ParameterType;
  readonly version: number;
  readonly modified: Date;
  readonly modifiedBy: string;
  readonly tier: Tier;
  readonly dataType: string;
  readonly description?: string;
  readonly allowedPattern?: string;
};

export type Parameter = {
  readonly name: string;
  /** Oldest first; the last one is current. */
  readonly versions: ParameterVersion[];
  readonly tags: Map<string, string>;
};

/** Versions kept of one parameter; an older one is dropped by the next write. */
const versionsKept = 100;

/** Parameters by name. Knows nothing of the wire. */
export class ParameterStore {
  readonly settings = { readLagSeconds: 0, historyLagSeconds: 0 };
  private readonly parameters = new Map<string, Parameter>();
  private readonly cloud: Cloud;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  find(nameOrArn: string): Parameter | undefined {
    return this.parameters.get(this.nameOf(nameOrArn));
  }

  all(): readonly Parameter[] {
    return [...this.parameters.values()];
  }

  /** The versions that a reader sees whose view lags behind, oldest first. */
  visible({ versions }: Parameter, lagSeconds: number): readonly ParameterVersion[] {
    if (lagSeconds <= 0) return versions;
    const until = this.cloud.clock.now() - lagSeconds * 1000;
    return versions.filter(({ modified }) => modified.getTime() <= until);
  }

  /** Adds a version, making the parameter when there is none. */
  write(name: string, version: Omit<ParameterVersion, 'version' | 'modified'>): ParameterVersion {
    const parameter = this.parameters.get(name) ?? { name, versions: [], tags: new Map<string, string>() };
    const previous = parameter.versions.at(-1);
    const written = {
      ...version,
      version: (previous?.version ?? 0) + 1,
      modified: new Date(this.cloud.clock.now()),
    };
    parameter.versions.push(written);
    if (parameter.versions.length > versionsKept) parameter.versions.shift();
    this.parameters.set(name, parameter);
    return written;
  }

  delete(name: string): boolean {
    return this.parameters.delete(name);
  }

  /**
   * The version that a name, an ARN, or either followed by `:<version>` means. Undefined when the parameter is
   * absent; throws ParameterVersionNotFound when only the version is.
   */
  select(selector: string): { parameter: Parameter; version: ParameterVersion; selector?: string } | undefined {
    const whole = this.nameOf(selector);
    const colon = whole.lastIndexOf(':');
    const name = colon < 0 ? whole : whole.slice(0, colon);
    const parameter = this.parameters.get(name);
    const current = parameter === undefined ? undefined : this.visible(parameter, this.settings.readLagSeconds).at(-1);
    if (parameter === undefined || current === undefined) return undefined;
    if (colon < 0) return { parameter, version: current };
    const wanted = whole.slice(colon + 1);
    const version = parameter.versions.find((it) => String(it.version) === wanted);
    if (version === undefined) {
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${wanted} of ${name}. Verify the version and try again.`,
      );
    }
    return { parameter, version, selector: `:${wanted}` };
  }

  arnOf(name: string): string {
    const { region, account } = this.cloud;
    return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  }

  /** A parameter's name out of its ARN; a name comes back as it is. */
  nameOf(nameOrArn: string): string {
    const prefix = `arn:aws:ssm:${this.cloud.region}:${this.cloud.account}:parameter`;
    if (!nameOrArn.startsWith(prefix)) return nameOrArn;
    const path = nameOrArn.slice(prefix.length);
    const plain = path.slice(1);
    return this.parameters.has(plain.split(':', 1)[0]!) ? plain : path;
  }
}

/** What AWS answers for a SecureString that nobody asked to decrypt: opaque, and the same for the same value. */
export function ciphertext(value: string): string {
  return `AQICAH${createHash('sha256').update(`sealed:${value}`).digest('base64')}`;
}
