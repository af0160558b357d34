import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jobRefusal } from '../../../lib/core/environment-names.ts';
import { ActionError, type Finding, Findings } from '../../../lib/core/errors.ts';
import type { Step } from '../../../lib/github/step.ts';
import type { ResolvedVariable } from './plan.ts';

/** `file`: a dotenv file for a local run, gone after the job. `env`: variables of the job's later steps. */
export type Export = 'none' | 'file' | 'env';

/** By which the post step finds the file again. */
export const exportedFile = 'exported-file';

/** Hands the values on where the caller wants them. They were masked when they were read. */
export async function exportValues(step: Step, to: Export, variables: readonly ResolvedVariable[]): Promise<void> {
  if (to === 'none') return;
  const values = new Map(variables.map((variable) => [variable.variable.name, valueOf(variable)]));
  if (to === 'env') return exportToJob(step, values);
  const text = [...values].map(([name, value]) => `${name}=${quote(name, value)}\n`).join('');
  const file = join(step.temporaryDirectory, 'variables.env');
  await mkdir(step.temporaryDirectory, { recursive: true });
  step.state.save(exportedFile, file);
  await writeFile(file, text, { mode: 0o600 });
  step.outputs.set('env-file', file);
}

/** All or none: one name that may not be exported, and nothing is. */
function exportToJob(step: Step, values: ReadonlyMap<string, string>): void {
  const findings = [...values.keys()].flatMap((name): Finding[] => {
    const why = jobRefusal(name);
    if (why === undefined) return [];
    const message = `${name} must not reach the job: ${why}.`;
    return [{ code: 'E_POLICY', message, remedy: 'Use `export: file`, or leave it out.', place: name }];
  });
  const [first, ...others] = findings;
  if (first !== undefined) throw new Findings([first, ...others], 'The variables cannot be exported');
  for (const [name, value] of values) step.jobEnvironment.set(name, value);
}

function valueOf({ variable, resolution }: ResolvedVariable): string {
  const value = resolution.kind === 'derived' ? resolution.derived.value : resolution.value;
  if (value !== undefined) return value;
  throw new ActionError('E_CONFIG', `${variable.name} was not read, so its value cannot be exported.`, {
    remedy: 'Allow secretsmanager:GetSecretValue on its secret to the role of this job.',
    place: variable.name,
  });
}

/** As Node's --env-file and dotenv read it: nothing is expanded between single quotes, `\n` is between double ones. */
function quote(name: string, value: string): string {
  const isOneLine = !/[\r\n]/.test(value);
  if (isOneLine && !value.includes("'")) return `'${value}'`;
  if (isOneLine && !value.includes('`')) return `\`${value}\``;
  if (!/["\\$]/.test(value) && !value.includes('\r')) return `"${value.replaceAll('\n', '\\n')}"`;
  throw new ActionError('E_CONFIG', `${name} holds line breaks and quotes, which no dotenv file can hold.`, {
    remedy: 'Store it in base64, or use `export: env`.',
    place: name,
  });
}
