import { manifestShape } from './shape/manifest.ts';
import type { WrittenManifest } from './shape/manifest.ts';
import { plainValue } from './tree.ts';
import type { Node, Path } from './tree.ts';

/** Leaving one thing out may make another visible, so it takes a few rounds; whoever needs more has other worries. */
const mostRounds = 8;

/**
 * The manifest without what has the wrong shape, so that rules across fields can still be checked and a person hears of
 * everything at once. Undefined when too little is left. Never deployed.
 */
export function mendManifest(root: Node): WrittenManifest | undefined {
  const value = plainValue(root);
  if (!isMap(value)) return undefined;
  for (let round = 0; round < mostRounds; round++) {
    const read = manifestShape.safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) leaveOut(value, [...path, key]);
      else leaveOut(value, path);
    }
  }
  return undefined;
}

const stubs: Readonly<Record<string, unknown>> = { version: 1, application: 'unnamed', environments: {}, services: {} };

/** Out goes the value; when it was missing, what lacks it; of a list, the whole list, since the others keep their places. */
function leaveOut(value: Record<string, unknown>, path: Path): void {
  const [top] = path;
  if (typeof top !== 'string') return;
  if (path.length === 1) {
    if (top in stubs) value[top] = stubs[top];
    else delete value[top];
    return;
  }
  const inList = path.findIndex((step) => typeof step === 'number');
  const target = inList > 0 ? path.slice(0, inList) : path;
  const holder = target.slice(0, -1).reduce<unknown>((inner, step) => (isMap(inner) ? inner[step] : undefined), value);
  const last = target.at(-1) ?? top;
  if (isMap(holder) && last in holder) delete holder[last];
  else leaveOut(value, target.slice(0, -1));
}

function isMap(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
