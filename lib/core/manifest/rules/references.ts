import { didYouMean } from '../../nearest.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { WrittenManifest } from '../shape/manifest.ts';
import type { Path } from '../tree.ts';
import type { Rule, Subject } from './rule.ts';
import { writtenVariables } from './written-variables.ts';
import type { WrittenVariable } from './written-variables.ts';

/** Secrets and storage are used as they are declared. */
export const checkReferences: Rule = (subject) => [
  ...writtenVariables(subject.manifest).flatMap((variable) => variableProblems(variable, subject.manifest)),
  ...storageProblems(subject),
];

function variableProblems({ path, source }: WrittenVariable, manifest: WrittenManifest): Problem[] {
  if (typeof source === 'string') return [];
  if ('secret' in source) return secretProblems([...path, 'secret'], source, manifest);
  if (!('template' in source)) return [];
  return Object.entries(source.with ?? {}).flatMap(([key, from]) =>
    'secret' in from ? secretProblems([...path, 'with', key, 'secret'], from, manifest) : [],
  );
}

type SecretReference = { readonly secret: string; readonly key?: string | undefined };

/** A secret whose value is known to be a JSON object is read by one of its keys. */
function secretProblems(path: Path, { secret, key }: SecretReference, manifest: WrittenManifest): Problem[] {
  const isDatabase = secret === manifest.database?.secret;
  const keys = isDatabase ? ['username', 'password'] : (manifest.secrets?.[secret]?.keys ?? []);
  // RDS keeps more in its secret than the keys that we know of.
  const isKnown = key !== undefined && (isDatabase || keys.includes(key));
  if (keys.length === 0 || isKnown) return [];
  return [
    problemAt('E_MANIFEST', path, {
      message:
        key === undefined ? 'This secret is a JSON object, and no key is given.' : 'This secret has no such key.',
      remedy: key === undefined ? `Add key: one of ${keys.join(', ')}.` : didYouMean(key, keys),
      restsOn: [['secrets', secret]],
    }),
  ];
}

function storageProblems({ manifest, storageNames }: Subject): Problem[] {
  return Object.entries(manifest.services).flatMap(([name, service]) =>
    Object.keys(service.storage ?? {})
      .filter((store) => !storageNames.includes(store))
      .map((store) =>
        problemAt('E_MANIFEST', ['services', name, 'storage', store], {
          message: `services.${name}.storage names "${store}", which is not declared under "storage".`,
          remedy: didYouMean(store, storageNames) || 'Declare it at the top of the manifest.',
          part: 'key',
        }),
      ),
  );
}
