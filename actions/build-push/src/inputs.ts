import { ActionError } from '../../../lib/core/errors.ts';
import { type CommonInputs, readCommonInputs } from '../../../lib/github/common-inputs.ts';
import { type Inputs, malformed } from '../../../lib/github/inputs.ts';
import type { Job } from '../../../lib/github/job.ts';
import { type BuildInputs, readBuildInputs } from './inputs/build.ts';
import { type Shard, readShard } from './inputs/shard.ts';
import { readTags } from './inputs/tags.ts';

export type BuildPushInputs = CommonInputs &
  BuildInputs & {
    /** Where the registry is reached, `host` or `host:port`; undefined: at its own name. */
    readonly registry: string | undefined;
    /** Empty: all services. */
    readonly services: readonly string[];
    /** The commit first, then the given ones. */
    readonly tags: readonly string[];
    readonly shard: Shard;
    /** False: every image is built and none is kept, and AWS is not asked for anything. */
    readonly push: boolean;
    readonly skipUnchanged: boolean;
    readonly scanGate: 'none' | 'high' | 'critical';
    readonly scanWaitMinutes: number;
    readonly createRepositories: boolean;
  };

export function readBuildPushInputs(inputs: Inputs, job: Job): BuildPushInputs {
  const shard = readShard(inputs);
  return {
    ...readCommonInputs(inputs),
    ...readBuildInputs(inputs, job),
    registry: readRegistry(inputs),
    services: inputs.list('services'),
    tags: [...new Set([readCommit(job), ...readTags(inputs)])],
    shard,
    push: readPush(inputs, shard),
    skipUnchanged: inputs.boolean('skip-unchanged', true),
    scanGate: readScanGate(inputs),
    scanWaitMinutes: inputs.integer('scan-wait-minutes', { min: 1, max: 60, otherwise: 10 }),
    createRepositories: inputs.boolean('create-repositories', false),
  };
}

function readPush(inputs: Inputs, shard: Shard): boolean {
  const push = inputs.boolean('push', true);
  if (push || shard.kind !== 'join') return push;
  throw malformed('push', 'must not be false with `shard: join`: nothing that was not pushed can be joined');
}

function readRegistry(inputs: Inputs): string | undefined {
  const registry = inputs.optional('registry');
  if (registry !== undefined && !/^[a-z0-9.-]{1,255}(:[1-9]\d{0,4})?$/.test(registry)) {
    throw malformed('registry', 'must be a host, with a port at most: no scheme, no repository, no tag');
  }
  return registry;
}

/** Every image is tagged with the commit it was built from. */
function readCommit({ commit }: Job): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  throw new ActionError('E_INPUT', 'GITHUB_SHA is not a full commit id.', {
    remedy: 'Run this action in a GitHub Actions job, or set GITHUB_SHA to the commit that is checked out.',
    place: 'GITHUB_SHA',
  });
}

function readScanGate(inputs: Inputs): BuildPushInputs['scanGate'] {
  const gate = inputs.optional('scan-gate') ?? 'none';
  if (gate === 'none' || gate === 'high' || gate === 'critical') return gate;
  throw malformed('scan-gate', 'must be none, high or critical');
}
