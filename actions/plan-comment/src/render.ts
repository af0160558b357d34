import { markdownLink } from '../../../lib/github/summary.ts';
import { withoutChanges, withoutDifferences } from './fit.ts';
import { inlineCode, table, verbatim } from './neutral.ts';
import type { Plan, reasons } from './plan.ts';

export type Page = {
  /** Of the run. */
  readonly url: string | undefined;
  /** Characters that there is room for. */
  readonly limit: number;
};

/** The comment: four parts, what does not change in a line each. What does not fit is in the summary of the run. */
export function renderPlan(plan: Plan, { url, limit }: Page): string {
  const pages = [plan, withoutDifferences(plan), withoutChanges(withoutDifferences(plan))].map((one) => page(one, url));
  return pages.find((text) => text.length <= limit) ?? cut(pages.at(-1) ?? '', url, limit);
}

/** Where there is no plan, an old one must not stand there as if it were this commit's. */
export function renderFailure(environment: string, url: string | undefined): string {
  return `### Plan for ${inlineCode(environment)}\n\nThere is none for this commit: ${link(url)} says why.`;
}

function page(plan: Plan, url: string | undefined): string {
  const { application, environment, commit } = plan;
  return [
    `### Plan for ${inlineCode(`${application} ${environment}`)}`,
    `What a deployment of ${inlineCode(commit.slice(0, 7))} would change. Nothing was built and nothing was changed; ${link(url)} has the details.`,
    `**Images.** ${images(plan.images)}`,
    `**Services.** ${services(plan.services)}`,
    `**Infrastructure.** ${infrastructure(plan.infra)}`,
    `**Cost.** ${plan.cost.kind === 'unknown' ? words[plan.cost.why] : inlineCode(plan.cost.value)}`,
  ].join('\n\n');
}

const words: Readonly<Record<(typeof reasons)[number], string>> = {
  failed: 'Not found out: the run says why.',
  'by-others': 'Made by others.',
  'too-long': 'Too long for a comment: the summary of the run has it.',
  'base-unusable': "Nothing can be made of the base's manifest.",
  'base-not-read': "The base's manifest was not to be had from GitHub.",
};

function images(part: Plan['images']): string {
  if (part.kind === 'unknown') return words[part.why];
  const changed = part.value.filter(({ would }) => would === 'build');
  if (changed.length === 0) return 'None is to be built.';
  const rows = changed.map(({ service, why }) => [service, why]);
  return `${changed.length} of ${part.value.length} to be built.\n\n${table(['service', 'why'], rows)}`;
}

function services(part: Plan['services']): string {
  if (part.kind === 'unknown') return words[part.why];
  const { waves, untouched } = part.value;
  const changed = waves.flat().filter(({ change }) => change !== 'unchanged');
  const gone = untouched.filter(({ why }) => why.startsWith('not in the manifest'));
  if (changed.length + gone.length === 0) return 'Nothing changes besides images.';
  const rows = [
    ...changed.map(({ name, change, changes }) => [name, change, changes.map(describeChange).join('; ')]),
    ...gone.map(({ service, why }) => [service, 'left over', why]),
  ];
  return `${changed.length} of ${waves.flat().length} change.\n\n${table(['service', 'change', 'differences'], rows)}`;
}

function describeChange({ what, from, to }: { what: string; from: string; to: string }): string {
  return from === to ? what : `${what}: ${from} → ${to}`;
}

function infrastructure(part: Plan['infra']): string {
  if (part.kind === 'unknown') return words[part.why];
  if (part.value === null) return 'Unchanged.';
  const { stacks, losses, notes } = part.value;
  const changed = stacks.filter(({ difference }) => difference !== '');
  const rows = changed.map(({ name, ...counts }) => [
    name,
    ...[counts.added, counts.changed, counts.removed].map(String),
  ]);
  return [
    changed.length === 1 ? 'One stack changes.' : `${changed.length === 0 ? 'No' : changed.length} stacks change.`,
    ...(changed.length === 0 ? [] : [table(['stack', 'to add', 'to change', 'to remove'], rows)]),
    ...(losses.length === 0 ? [] : ['⚠️ What holds data and would be lost:', list(losses)]),
    ...(notes.length === 0 ? [] : [list(notes)]),
    ...changed.map(folded),
  ].join('\n\n');
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${inlineCode(item)}`).join('\n');
}

function folded({ name, difference }: { name: string; difference?: string | undefined }): string {
  if (difference === undefined) return `The difference of ${inlineCode(name)} is in the summary of the run.`;
  return `<details><summary>Difference</summary>\n\n${inlineCode(name)}\n\n${verbatim(difference)}\n\n</details>`;
}

function link(url: string | undefined): string {
  return markdownLink('the run', url).markdown;
}

/** At the end of a line, so that no table row or code is left open. */
function cut(text: string, url: string | undefined, limit: number): string {
  const notice = `\n\nThe plan is longer than a comment may be: the summary of ${link(url)} has all of it.`;
  const room = text.slice(0, limit - notice.length);
  return `${room.slice(0, Math.max(0, room.lastIndexOf('\n')))}${notice}`;
}
