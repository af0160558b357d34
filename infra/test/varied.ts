import type { Template } from 'aws-cdk-lib/assertions';
import { exampleManifest, synthesise } from './synthesised.ts';

/** One change of the example's text; a change that changes nothing is a mistake of the test. */
export type Change = readonly [from: string | RegExp, to: string];

/** Templates by part of the example with something else in its manifest. */
export function varied(...changes: readonly Change[]): ReadonlyMap<string, Template> {
  return synthesise(variedManifest(...changes));
}

export function variedManifest(...changes: readonly Change[]): string {
  return changes.reduce(changed, exampleManifest);
}

function changed(manifest: string, [from, to]: Change): string {
  const after = manifest.replace(from, to);
  if (after === manifest) throw new Error(`The example does not say ${String(from)}.`);
  return after;
}
