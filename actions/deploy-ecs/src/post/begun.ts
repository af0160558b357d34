import type { ReleasedService } from '../../../../lib/core/ledger.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import type { State } from '../../../../lib/github/step.ts';
import type { OnCancel } from '../inputs.ts';

/** What the post step must know of a release that `main` has begun; all else is in the ledger. */
export type Begun = {
  readonly where: Whereabouts;
  readonly account: string;
  readonly region: string;
  /** Of its record. */
  readonly release: string;
  readonly onCancel: OnCancel;
  /** What it brings, by service: revisions are known only once they are registered. */
  readonly services: Readonly<Record<string, BegunService>>;
};

export type BegunService = Omit<ReleasedService, 'taskDefinition'>;

/** Noted down at once, before the first change: a killed step leaves it behind. */
export function noteBegun(state: State, begun: Begun): void {
  state.save(name, JSON.stringify(begun));
}

/** Undefined when nothing was begun. This very action wrote it a moment ago, on the same machine. */
export function readBegun(state: State): Begun | undefined {
  const noted = state.get(name);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return noted === undefined ? undefined : (JSON.parse(noted) as Begun);
}

const name = 'slipway-begun';
