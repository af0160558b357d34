import { readFileSync } from 'node:fs';
import type { Call } from './iam.ts';

/** A line of `allowed-calls.txt` or `forbidden-calls.txt`, spelled out. */
export type Row = {
  readonly roles: readonly string[];
  /** The line as it stands there. */
  readonly text: string;
  readonly call: Call;
};

export const allowed: readonly Row[] = linesOf('allowed-calls.txt').map((text) => {
  const [roles = '', ...call] = cellsOf(text);
  return { roles: roles.split(' '), text, call: callOf(call) };
});

export const forbidden: readonly Row[] = linesOf('forbidden-calls.txt').map((text) => {
  const [role = '', , ...call] = cellsOf(text);
  return { roles: [role], text, call: callOf(call) };
});

function callOf([action = '', on = '', carrying = '']: readonly string[]): Call {
  const keys = carrying.split(' ').filter((it) => it !== '');
  const pairs = keys.map((it) => {
    const [key = '', value = ''] = it.split('=');
    return [key, key === 'ecs:cluster' ? spellOut(value) : value] as const;
  });
  return { action, on: spellOut(on), with: Object.fromEntries(pairs) };
}

/** `ecs:cluster/x` lies in the example's own account and region; whole ARNs and `*` stay as they are. */
function spellOut(text: string): string {
  const [, service, resource] = /^(?!arn:)([a-z0-9-]+):(.+)$/.exec(text) ?? [];
  if (service === undefined) return text;
  return `arn:aws:${service}:${service === 'iam' ? '' : 'eu-west-1'}:111122223333:${resource}`;
}

function linesOf(file: string): readonly string[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function cellsOf(line: string): readonly string[] {
  return line.split('|').map((cell) => cell.trim());
}
