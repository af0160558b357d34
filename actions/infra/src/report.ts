import type { InfraReport, StackReport } from '../../../lib/core/infra-report.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { markdownCode, markdownTable, markdownText } from '../../../lib/github/summary.ts';

/** When what stands was deployed (milliseconds since the epoch), and from which commit as far as that is known. */
export type Unchanged = { readonly since: number; readonly commit: string | undefined };

export function describeUnchanged({ since, commit }: Unchanged): string {
  const of = commit === undefined ? '' : ` (commit ${commit.slice(0, 7)})`;
  return `infra unchanged since ${minuteOf(since)}${of}: nothing is installed, nothing is provisioned`;
}

export function summariseUnchanged(manifest: SelectedManifest, unchanged: Unchanged): string {
  return `${heading(manifest)}\n\n${markdownText(describeUnchanged(unchanged))}.`;
}

const words: Readonly<Record<InfraReport['outcome'], string>> = {
  checked: 'As it was deployed.',
  compared: 'Compared; nothing was changed.',
  deployed: 'Deployed.',
  destroyed: 'Deleted.',
  failed: 'Failed half-way.',
  refused: 'Refused; nothing was changed.',
  synthesised: 'Synthesised.',
};

/**
 * What the app did or would do: counts, whatever would be lost, and each difference folded up. `lastWords` are the end of
 * its log, shown when something failed half-way.
 */
export function summariseReport(manifest: SelectedManifest, report: InfraReport, lastWords: string): string {
  const { outcome, stacks, losses, approval, notes, error } = report;
  return [
    heading(manifest),
    words[outcome],
    ...(error === undefined ? [] : [markdownCode(error.message), markdownText(error.remedy)]),
    ...(outcome === 'failed' && lastWords !== '' ? ['Its last words:', markdownCode(lastWords)] : []),
    ...(stacks.length === 0 ? [] : [tableOf(stacks)]),
    ...(losses.length === 0 || approval === undefined
      ? []
      : [
          `**What holds data and would be lost** (code \`${approval}\`)`,
          losses.map((loss) => `- ${markdownText(loss)}`).join('\n'),
        ]),
    ...notes.map((note) => markdownText(note)),
    ...stacks.filter(({ difference }) => difference !== '').map(folded),
  ].join('\n\n');
}

function heading({ application, environment }: SelectedManifest): string {
  return `### Infrastructure of ${markdownText(`${application} ${environment.name}`)}`;
}

function tableOf(stacks: readonly StackReport[]): string {
  const rows = stacks.map(({ name, added, changed, removed, difference }) =>
    difference === '' ? [name, 'no difference', '', ''] : [name, String(added), String(changed), String(removed)],
  );
  return markdownTable(['Stack', 'To add', 'To change', 'To remove'], rows);
}

function folded({ name, difference }: StackReport): string {
  return `<details><summary>${markdownText(name)}</summary>\n\n${markdownCode(difference)}\n\n</details>`;
}

function minuteOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
