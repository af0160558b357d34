import type * as z from 'zod/mini';
import type { handWrittenContract } from '../contract-shape.ts';
import type { Archive, Foundation } from './foundation.ts';

/**
 * The manifest after parsing: every default filled in, every name checked. `slipway.yml` spells keys with hyphens;
 * here they are camel case. One environment is chosen by `selectEnvironment`.
 */
export type Manifest = {
  readonly version: 1;
  readonly application: string;
  readonly environments: ReadonlyMap<string, Environment>;
  /** In the file's order: migrations run in it. */
  readonly services: ReadonlyMap<string, Service>;
  readonly database: Database | undefined;
  readonly cache: Cache | undefined;
  /** Buckets by storage name. */
  readonly storage: ReadonlyMap<string, Storage>;
  /** Secrets and parameters that infra declares (Secrets Manager names, SSM paths). */
  readonly secrets: ReadonlyMap<string, DeclaredSecret>;
  readonly parameters: ReadonlyMap<string, DeclaredParameter>;
  /** Variable names that may be present in no source, compared after NFKC and upper-casing. Default DEV_BYPASS_AUTH. */
  readonly forbiddenEnvironment: readonly string[];
  /** Findings of image scans that are let through until a day. */
  readonly scanExceptions: readonly ScanException[];
};

export type ScanException = {
  /** Its name as ECR tells it, e.g. `CVE-2026-12345`. */
  readonly finding: string;
  /** The last day on which it holds, `2027-01-31` (UTC). */
  readonly until: string;
  readonly reason: string;
  /** Empty: for all services. */
  readonly services: readonly string[];
};

export type Environment = Foundation & {
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly availabilityZones: readonly string[];
  readonly domain: string | undefined;
  readonly certificate: string | undefined;
  readonly hostedZone: string | undefined;
  /** `owner/repo` that may deploy, GitHub's numeric ids when known, and the GitHub environment's name when it differs. */
  readonly github:
    | {
        readonly repository: string;
        readonly repositoryId?: string;
        readonly ownerId?: string;
        readonly environment: string;
        /** Branches that may be deployed here, `*` for any letters; absent: the default branch, for what is started by hand. */
        readonly branches?: readonly string[];
        /** ARN of an OIDC provider that the account has already. */
        readonly provider?: string;
        /** Values of `job_workflow_ref` that alone are trusted; absent: any workflow of the repository. */
        readonly workflows?: readonly string[];
      }
    | undefined;
  /** What infra would publish, written by hand for callers whose infrastructure is not ours. */
  readonly infra: z.infer<typeof handWrittenContract> | undefined;
};

export type Service = {
  readonly name: string;
  readonly build: Build;
  readonly port: number | undefined;
  /** Listener path pattern (`/api/*`, `/*`), or undefined for a private service. */
  readonly ingress: string | undefined;
  /** CPU units (256 = 0.25 vCPU) and MiB: a pair that Fargate knows. */
  readonly cpu: number;
  readonly memory: number;
  /** Whether the manifest says them; else they are defaults, and those of a service that others made stay. */
  readonly sizeIsWritten: boolean;
  readonly desiredCount: number;
  readonly scaling:
    | {
        readonly min: number;
        readonly max: number;
        readonly cpu?: number;
        readonly memory?: number;
        readonly requests?: number;
      }
    | undefined;
  readonly spot: boolean;
  readonly healthCheck: HealthCheck | undefined;
  /** Services that must be good before this one is touched. */
  readonly after: readonly string[];
  readonly storage: ReadonlyMap<string, readonly ('put' | 'get')[]>;
  readonly migrations: readonly Migration[];
  readonly environment: ReadonlyMap<string, Variable>;
};

export type Build = {
  /** Relative to the repository's root, with forward slashes. */
  readonly context: string;
  /** Relative to the repository's root. */
  readonly dockerfile: string;
  readonly target: string | undefined;
  readonly args: ReadonlyMap<string, string>;
  /** Ids of what steps mount by `--mount=type=secret,id=…`; build-push is told the files. */
  readonly secrets: readonly string[];
  /** `linux/amd64` or `linux/arm64`; the first is the one that tasks run on. */
  readonly platforms: readonly string[];
  /** What the file itself says, by key; the rest is defaults, which a compose file may know better. */
  readonly written: ReadonlySet<string>;
};

export type HealthCheck = {
  readonly path: string;
  /** Own command (`["CMD", …]` or `["CMD-SHELL", …]`); by default a `node -e` fetch of the path. */
  readonly command: readonly string[] | undefined;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
};

export type Migration = {
  readonly phase: 'expand' | 'contract';
  readonly command: readonly string[];
  readonly timeoutMinutes: number;
  readonly schema: string | undefined;
  /** On top of the service's own. */
  readonly environment: ReadonlyMap<string, Variable>;
};

/** Where a variable's value comes from; `place` is `slipway.yml:line:column`, for findings. */
export type Variable = { readonly name: string; readonly place: string } & VariableSource;

export type VariableSource =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'parameter'; readonly parameter: string }
  | {
      readonly kind: 'secret';
      readonly secret: string;
      readonly key: string | undefined;
      readonly minLength: number | undefined;
    }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'template'; readonly template: string; readonly pieces: readonly TemplatePiece[] };

/** A template cut up: literal text, and values that are percent-encoded by RFC 3986 when they are put in. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'infra'; readonly name: InfraValue }
  | { readonly kind: 'parameter'; readonly parameter: string }
  | { readonly kind: 'secret'; readonly secret: string; readonly key: string | undefined };

/**
 * Values that infra publishes, as written in a template: `{database.host}`. username, password and token are secret;
 * `storage.<name>.bucket` names a bucket.
 */
export type InfraValue =
  | 'database.host'
  | 'database.port'
  | 'database.name'
  | 'database.sslmode'
  | 'database.username'
  | 'database.password'
  | 'cache.host'
  | 'cache.port'
  | 'cache.token'
  | 'application'
  | 'environment'
  | 'region'
  | `storage.${string}.bucket`;

export type Database = {
  readonly engine: 'aurora-postgresql';
  readonly version: string;
  readonly name: string;
  readonly secret: string;
};
export type Cache = { readonly engine: 'redis'; readonly version: string; readonly secret: string };
export type Storage = {
  readonly bucket: string;
  readonly corsOrigins: readonly string[];
  readonly archive: Archive;
};
export type DeclaredSecret = {
  readonly name: string;
  readonly minLength: number | undefined;
  readonly generate: boolean;
  readonly keys: readonly string[];
};
export type DeclaredParameter = { readonly name: string; readonly value: string | undefined };
