import type { Cloud } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';

export type SecretValue = { readonly text: string } | { readonly binary: string };

export type SecretVersion = {
  readonly id: string;
  readonly value: SecretValue;
  readonly created: Date;
  readonly stages: Set<string>;
};

export type Secret = {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  changed: Date;
  description: string | undefined;
  kmsKeyId: string | undefined;
  readonly tags: Map<string, string>;
  versions: SecretVersion[];
  /** When it was marked for deletion, and when it is gone for good. */
  deletion: { readonly at: Date; readonly until: Date } | undefined;
};

const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Secrets by name, found as Secrets Manager finds them. Knows nothing of the wire. */
export class SecretStore {
  private readonly secrets = new Map<string, Secret>();
  private readonly cloud: Cloud;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  now(): Date {
    return new Date(this.cloud.clock.now());
  }

  /** For a value that came without a token. */
  newVersionId(): string {
    return this.cloud.random('secret-versions').uuid();
  }

  all(): readonly Secret[] {
    this.forgetDeleted();
    return [...this.secrets.values()];
  }

  byName(name: string): Secret | undefined {
    this.forgetDeleted();
    return this.secrets.get(name);
  }

  create(
    name: string,
    { description, kmsKeyId }: { description: string | undefined; kmsKeyId: string | undefined },
  ): Secret {
    const created = this.now();
    const suffix = this.cloud.random('secret-suffixes').text(6, suffixAlphabet);
    const arn = `${this.arnPrefix}${name}-${suffix}`;
    const secret: Secret = {
      name,
      arn,
      created,
      changed: created,
      description,
      kmsKeyId,
      tags: new Map(),
      versions: [],
      deletion: undefined,
    };
    this.secrets.set(name, secret);
    return secret;
  }

  remove(name: string): void {
    this.secrets.delete(name);
  }

  /**
   * By name, complete ARN or partial ARN. As on AWS, an ARN that ends in a hyphen and six characters is taken for a
   * complete one: the partial ARN of a secret named `jwt-secret` therefore finds nothing.
   */
  find(id: string): Secret | undefined {
    this.forgetDeleted();
    if (!id.startsWith('arn:')) return this.secrets.get(id);
    if (!id.startsWith(this.arnPrefix)) return undefined;
    const name = id.slice(this.arnPrefix.length);
    const complete = /^(.+)-[A-Za-z0-9]{6}$/.exec(name);
    if (complete === null) return this.secrets.get(name);
    const secret = this.secrets.get(complete[1]!);
    return secret?.arn === id ? secret : undefined;
  }

  /** Like `find`, but throws what the API answers when there is none, or only one marked for deletion. */
  require(id: string): Secret {
    const secret = this.find(id);
    if (secret === undefined) throw notFound();
    if (secret.deletion !== undefined) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  /** ARN for the authorisation check; an unknown name has no suffix to show. */
  arnOf(id: string): string {
    const name = id.startsWith('arn:') ? id : `${this.arnPrefix}${id}`;
    return this.find(id)?.arn ?? name;
  }

  get region(): string {
    return this.cloud.region;
  }

  private get arnPrefix(): string {
    return `arn:aws:secretsmanager:${this.cloud.region}:${this.cloud.account}:secret:`;
  }

  private forgetDeleted(): void {
    for (const secret of this.secrets.values()) {
      if (secret.deletion !== undefined && secret.deletion.until <= this.now()) this.secrets.delete(secret.name);
    }
  }
}

export function notFound(): AwsError {
  return new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}
