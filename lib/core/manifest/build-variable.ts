import type { Variable, VariableSource } from './model.ts';
import type { WrittenVariables } from './shape/manifest.ts';
import { readTemplate } from './template.ts';
import type { Path } from './tree.ts';

/** What building the model needs beside the value itself. */
export type Surroundings = {
  /** `slipway.yml:12:5`. */
  readonly place: (path: Path) => string;
  readonly storage: Iterable<string>;
  /** Lengths that declared secrets have at least, by the secret's name. */
  readonly minLengths: ReadonlyMap<string, number>;
};

export function buildVariables(
  written: WrittenVariables | undefined,
  path: Path,
  surroundings: Surroundings,
): ReadonlyMap<string, Variable> {
  return new Map(
    Object.entries(written ?? {}).map(([name, source]) => [
      name,
      { name, place: surroundings.place([...path, name]), ...buildSource(source, surroundings) },
    ]),
  );
}

function buildSource(source: WrittenVariables[string], { storage, minLengths }: Surroundings): VariableSource {
  if (typeof source === 'string') return { kind: 'literal', value: source };
  if ('parameter' in source) return { kind: 'parameter', parameter: source.parameter };
  if ('service' in source) return { kind: 'service', service: source.service };
  if ('template' in source) {
    const { pieces } = readTemplate(source.template, source.with ?? {}, storage);
    return { kind: 'template', template: source.template, pieces };
  }
  const minLength = source['min-length'] ?? minLengths.get(source.secret);
  return { kind: 'secret', secret: source.secret, key: source.key, minLength };
}
