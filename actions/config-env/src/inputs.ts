import type { Variable } from '../../../lib/core/manifest/model.ts';
import {
  type AccessInputs,
  type CommonInputs,
  readAccessInputs,
  readCommonInputs,
} from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';
import type { Export } from './export.ts';
import { readLists } from './list.ts';

export type ConfigEnvInputs = ManifestInputs | StandaloneInputs;

export type ManifestInputs = Wishes &
  CommonInputs & {
    readonly kind: 'manifest';
    /** Empty: all services. */
    readonly services: readonly string[];
  };

/** Two lists instead of a manifest. */
export type StandaloneInputs = Wishes &
  AccessInputs & {
    readonly kind: 'standalone';
    readonly region: string;
    readonly variables: readonly Variable[];
  };

type Wishes = {
  /** Read secrets that have a minimum length or a JSON key, and check what is in them. */
  readonly checkValues: boolean;
  /** Parameters that are no SecureString become literals of the task definition. */
  readonly inlineParameters: boolean;
  readonly exportTo: Export;
};

export function readConfigEnvInputs(inputs: Inputs): ConfigEnvInputs {
  const wishes = readWishes(inputs);
  const lists = { parameters: inputs.lines('parameters'), secrets: inputs.lines('secrets') };
  const variables = readLists(lists, { exported: wishes.exportTo === 'env' });
  return variables.length === 0 ? readManifestInputs(inputs, wishes) : readStandalone(inputs, wishes, variables);
}

function readWishes(inputs: Inputs): Wishes {
  return {
    checkValues: inputs.boolean('check-values', true),
    inlineParameters: inputs.boolean('inline-parameters', false),
    exportTo: readExport(inputs.optional('export') ?? 'none'),
  };
}

function readExport(to: string): Export {
  if (to === 'none' || to === 'file' || to === 'env') return to;
  throw malformed('export', 'must be none, file or env');
}

function readManifestInputs(inputs: Inputs, wishes: Wishes): ManifestInputs {
  const services = inputs.list('services');
  if (wishes.exportTo !== 'none' && services.length !== 1)
    throw malformed('export', 'needs exactly one service', 'Name the service in `services` whose variables you want.');
  return { kind: 'manifest', ...readCommonInputs(inputs), services, ...wishes };
}

function readStandalone(inputs: Inputs, wishes: Wishes, variables: readonly Variable[]): StandaloneInputs {
  const given = (['environment', 'services'] as const).find((name) => inputs.optional(name) !== undefined);
  if (given !== undefined)
    throw malformed(given, 'belongs to a manifest, and so does not go with `parameters` or `secrets`');
  const access = readAccessInputs(inputs);
  const region = access.region ?? inputs.text('aws-region');
  return { kind: 'standalone', ...access, region, variables, ...wishes };
}
