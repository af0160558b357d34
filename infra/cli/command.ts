import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ActionError } from '../../lib/core/errors.ts';
import { didYouMean } from '../../lib/core/nearest.ts';

export const verbs = ['diff', 'deploy', 'destroy', 'synth', 'bootstrap', 'drift'] as const;
export type Verb = (typeof verbs)[number];

/** `registry`: what a build needs, registries and roles; `rest`: everything else. */
export type Part = 'registry' | 'rest' | 'all';

/** What someone asks of the infrastructure. Paths are absolute. */
export type Command = {
  readonly verb: Verb;
  readonly environment: string;
  readonly manifest: string;
  /** The manifest as findings name it. */
  readonly file: string;
  /** Where templates are written. */
  readonly output: string;
  readonly part: Part;
  /** The code of a list of losses that someone has read. */
  readonly approval: string | undefined;
  /** What may go although it holds data. */
  readonly allowedRemovals: readonly string[];
  /** Leaves out what an emulator of this name lacks. */
  readonly emulator: string | undefined;
  /** What is deployed, for people: published beside the hash. */
  readonly commit: string | undefined;
  /** Another state of the manifest, such as that of the branch a pull request goes to: diff says what the change costs. */
  readonly against: string | undefined;
  /** File for an InfraReport. */
  readonly report: string | undefined;
};

export const usage = `npm run infra -- <verb> --environment NAME [options]

  synth      write the templates
  diff       show what deploy would change
  deploy     make it so; stops before it deletes or replaces what holds data
  destroy    delete the environment's stacks; refuses while services run or stacks are protected
  bootstrap  for the first time in an account: CDK's own stack, registries and roles
  drift      compare what stands with what was deployed; fails when somebody changed it by hand

  --manifest FILE       default examples/smartboard/slipway.yml
  --output DIR          default infra/cdk.out
  --part registry|rest|all
  --approve CODE        let the losses pass that were shown with this code
  --allow-removal NAME  let something go that holds data; may be given several times
  --commit SHA          publish it beside the hash
  --emulator NAME       leave out what the emulator lacks
  --against FILE        another state of the manifest: diff says what the change costs a month
  --report FILE         write what happened as JSON`;

const options = {
  environment: { type: 'string' },
  manifest: { type: 'string' },
  output: { type: 'string' },
  part: { type: 'string' },
  approve: { type: 'string' },
  'allow-removal': { type: 'string', multiple: true },
  commit: { type: 'string' },
  emulator: { type: 'string' },
  against: { type: 'string' },
  report: { type: 'string' },
} as const;

/** Throws E_INPUT. `suite` is where Slipway lies, `from` the folder that relative paths mean. */
export function parseCommand(argv: readonly string[], { suite, from }: { suite: string; from: string }): Command {
  const { positionals, values } = read(argv);
  const [verb, ...more] = positionals;
  if (more.length > 0) throw refused('There is one verb.', usage);
  const known = verbs.find((one) => one === verb);
  if (known === undefined) {
    throw refused(verb === undefined ? 'No verb was given.' : 'The verb is not known.', didYouMean(verb ?? '', verbs));
  }
  const manifest = values.manifest === undefined ? resolve(suite, example) : resolve(from, values.manifest);
  const file = relative(from, manifest);
  return {
    verb: known,
    environment: readEnvironment(values.environment),
    manifest,
    file: file.startsWith('..') ? manifest : file,
    output: values.output === undefined ? resolve(suite, 'infra/cdk.out') : resolve(from, values.output),
    part: readPart(values.part, known),
    approval: readApproval(values.approve),
    allowedRemovals: values['allow-removal'] ?? [],
    commit: values.commit,
    emulator: values.emulator,
    against: values.against === undefined ? undefined : resolve(from, values.against),
    report: values.report === undefined ? undefined : resolve(from, values.report),
  };
}

const example = 'examples/smartboard/slipway.yml';

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error), usage);
  }
}

function readEnvironment(name: string | undefined): string {
  if (name !== undefined && name !== '') return name;
  throw refused('No environment was given.', 'Write --environment and its name in the manifest.');
}

/** Registries are shared by all environments, so they go only when they are named. */
function readPart(part: string | undefined, verb: Verb): Part {
  if (part === undefined) return verb === 'destroy' ? 'rest' : 'all';
  if (part === 'registry' || part === 'rest' || part === 'all') return part;
  throw refused('--part is none of registry, rest and all.', didYouMean(part, ['registry', 'rest', 'all']));
}

function readApproval(code: string | undefined): string | undefined {
  if (code === undefined || code === '') return undefined;
  if (/^[0-9a-f]{8}$/.test(code)) return code;
  throw refused(
    '--approve is no code of a list of losses.',
    'Give the eight characters that were shown with the list.',
  );
}

function refused(message: string, remedy: string): ActionError {
  return new ActionError('E_INPUT', message, { remedy: remedy === '' ? usage : remedy });
}
