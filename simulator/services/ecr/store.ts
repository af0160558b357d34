import { createHash } from 'node:crypto';
import type { Cloud } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { wildcards } from '../iam/pattern.ts';
import type { Manifest } from './manifest.ts';

export type Mutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

export type StoredManifest = {
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  readonly pushed: Date;
  /** When its last scan began; undefined when it never was scanned. */
  scanned: Date | undefined;
};

export type Repository = {
  readonly name: string;
  readonly arn: string;
  readonly uri: string;
  readonly created: Date;
  mutability: Mutability;
  /** Wildcards of tags that are the exception to `mutability`. */
  exclusions: readonly string[];
  scanOnPush: boolean;
  lifecyclePolicy: string | undefined;
  readonly tags: Map<string, string>;
  /** Layers and configs by digest; shared within one repository only. */
  readonly blobs: Map<string, Uint8Array>;
  readonly manifests: Map<string, StoredManifest>;
  /** Digest by image tag. */
  readonly imageTags: Map<string, string>;
  /** Uploads in progress by id. */
  readonly uploads: Map<string, Uint8Array[]>;
};

/** The account's private registry: repositories and what was pushed to them. */
export class Registry {
  readonly repositories = new Map<string, Repository>();
  readonly host: string;
  private readonly cloud: Cloud;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.host = `${cloud.account}.dkr.ecr.${cloud.region}.amazonaws.com`;
  }

  get account(): string {
    return this.cloud.account;
  }

  create(name: string): Repository {
    if (this.repositories.has(name)) {
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${this.account}'`,
      );
    }
    const repository: Repository = {
      name,
      arn: this.arnOf(name),
      uri: `${this.host}/${name}`,
      created: new Date(this.cloud.clock.now()),
      mutability: 'MUTABLE',
      exclusions: [],
      scanOnPush: false,
      lifecyclePolicy: undefined,
      tags: new Map(),
      blobs: new Map(),
      manifests: new Map(),
      imageTags: new Map(),
      uploads: new Map(),
    };
    this.repositories.set(name, repository);
    return repository;
  }

  /** Throws RepositoryNotFoundException. */
  require(name: string): Repository {
    const repository = this.repositories.get(name);
    if (repository !== undefined) return repository;
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${this.account}'`,
    );
  }

  arnOf(name: string): string {
    return `arn:aws:ecr:${this.cloud.region}:${this.account}:repository/${name}`;
  }

  now(): Date {
    return new Date(this.cloud.clock.now());
  }

  newUploadId(): string {
    return this.cloud.random('upload-ids').uuid();
  }
}

/** Whether an existing tag may be moved to another image. */
export function mayMove(repository: Repository, tag: string): boolean {
  const excluded = repository.exclusions.some((pattern) => wildcards(pattern)(tag));
  if (repository.mutability === 'MUTABLE') return true;
  if (repository.mutability === 'IMMUTABLE') return false;
  return repository.mutability === 'MUTABLE_WITH_EXCLUSION' ? !excluded : excluded;
}

export function tagsOf(repository: Repository, digest: string): string[] {
  return [...repository.imageTags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag);
}

/** Bytes of everything that the image consists of: for an index, of what it names and this repository has. */
export function sizeOf(repository: Repository, { manifest, bytes }: StoredManifest): number {
  if (manifest.kind === 'image') {
    return manifest.layers.reduce((sum, { size }) => sum + size, manifest.config.size);
  }
  return manifest.manifests.reduce((sum, { digest }) => {
    const child = repository.manifests.get(digest);
    return child === undefined ? sum : sum + sizeOf(repository, child);
  }, bytes.length);
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
