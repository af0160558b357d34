import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Workflows and action files as they are committed: read, and looked through. */

export const root = new URL('../../../', import.meta.url).pathname;

export type Step = {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
};

export type Job = {
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: unknown;
  readonly steps?: readonly Step[];
  readonly 'timeout-minutes'?: number;
};

export type Declared = { readonly required?: boolean; readonly default?: unknown; readonly type?: string };

export type Workflow = {
  readonly on: Readonly<Record<string, null | Readonly<Record<string, unknown>>>>;
  readonly permissions: unknown;
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
};

export type ActionFile = {
  readonly inputs?: Readonly<Record<string, Declared>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly steps?: readonly Step[] };
};

export const ownWorkflows = filesOf('.github/workflows');
export const exampleWorkflows = filesOf('examples/smartboard/.github/workflows');
/** Those that are called by others, and those that one of them is made of. */
export const actionFiles = ['actions', '.github/actions'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('/action.yml'))
    .map((file) => `${folder}/${file}`),
);

export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export function readWorkflow(file: string): Workflow {
  return parse(textOf(file)) as Workflow;
}

export function readAction(file: string): ActionFile {
  return parse(textOf(file)) as ActionFile;
}

export function jobsOf(file: string): [string, Job][] {
  return Object.entries(readWorkflow(file).jobs);
}

/** Every step of a workflow or of a composite action. */
export function stepsOf(file: string): Step[] {
  if (file.endsWith('action.yml')) return [...(readAction(file).runs.steps ?? [])];
  return jobsOf(file).flatMap(([, job]) => job.steps ?? []);
}

export function needsOf({ needs = [] }: Job): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
}
