import { didYouMean } from '../../nearest.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { WrittenManifest } from '../shape/manifest.ts';
import { readTemplate } from '../template.ts';
import type { Path } from '../tree.ts';
import type { Rule, Subject } from './rule.ts';
import { writtenVariables } from './written-variables.ts';
import type { WrittenVariable } from './written-variables.ts';

/** What a variable or a service refers to is in this file, as far as the file can know. */
export const checkReferences: Rule = (subject) => [
  ...writtenVariables(subject.manifest).flatMap((variable) => variableProblems(variable, subject)),
  ...storageProblems(subject.manifest),
];

function variableProblems({ path, name, source }: WrittenVariable, subject: Subject): Problem[] {
  if (typeof source === 'string' || 'parameter' in source) return [];
  if ('service' in source) return serviceProblems([...path, 'service'], name, source.service, subject);
  if ('secret' in source) return secretProblems([...path, 'secret'], source, subject.manifest);
  const { storage = {}, database, cache } = subject.manifest;
  const { complaints, pieces, used } = readTemplate(source.template, source.with ?? {}, Object.keys(storage));
  const needs = (part: 'database' | 'cache'): boolean =>
    pieces.some((piece) => piece.kind === 'infra' && piece.name.startsWith(`${part}.`));
  const absent = [
    ...(database === undefined && needs('database') ? ['database' as const] : []),
    ...(cache === undefined && needs('cache') ? ['cache' as const] : []),
  ];
  const sources = Object.entries(source.with ?? {});
  return [
    ...complaints.map(({ message, remedy }) =>
      problemAt('E_MANIFEST', [...path, 'template'], {
        message: `The template of ${name} ${message}.`,
        remedy,
        restsOn: [['storage']],
      }),
    ),
    ...absent.map((part) =>
      problemAt('E_MANIFEST', [...path, 'template'], {
        message: `The template of ${name} uses the ${part}, and the manifest has none.`,
        remedy: `Declare "${part}" at the top of the manifest.`,
        restsOn: [[part]],
      }),
    ),
    ...sources.flatMap(([key, from]) => [
      ...(used.has(key)
        ? []
        : [
            problemAt('E_MANIFEST', [...path, 'with', key], {
              message: `The template of ${name} does not use its "with" name {${key}}.`,
              remedy: 'Remove it, or use it.',
              part: 'key',
            }),
          ]),
      ...('secret' in from ? secretProblems([...path, 'with', key, 'secret'], from, subject.manifest) : []),
    ]),
  ];
}

function serviceProblems(
  path: Path,
  variable: string,
  service: string,
  { manifest, serviceNames }: Subject,
): Problem[] {
  if (!serviceNames.includes(service)) {
    return [
      problemAt('E_MANIFEST', path, {
        message: `${variable} refers to "${service}", which is no service here.`,
        remedy: didYouMean(service, serviceNames),
      }),
    ];
  }
  if (manifest.services[service] === undefined || manifest.services[service].port !== undefined) return [];
  return [
    problemAt('E_MANIFEST', path, {
      message: `${variable} refers to ${service}, which has no port.`,
      remedy: `Give ${service} a port.`,
      restsOn: [['services', service, 'port']],
    }),
  ];
}

/** A secret whose value is known to be a JSON object is read by one of its keys. */
function secretProblems(
  path: Path,
  { secret, key }: { secret: string; key?: string | undefined },
  manifest: WrittenManifest,
): Problem[] {
  const keys =
    secret === manifest.database?.secret ? ['username', 'password'] : (manifest.secrets?.[secret]?.keys ?? []);
  if (keys.length === 0 || (key !== undefined && (keys.includes(key) || secret === manifest.database?.secret)))
    return [];
  return [
    problemAt('E_MANIFEST', path, {
      message:
        key === undefined ? 'This secret is a JSON object, and no key is given.' : 'This secret has no such key.',
      remedy: key === undefined ? `Add key: one of ${keys.join(', ')}.` : didYouMean(key, keys),
      restsOn: [['secrets', secret]],
    }),
  ];
}

function storageProblems({ services, storage = {} }: WrittenManifest): Problem[] {
  return Object.entries(services).flatMap(([name, service]) =>
    Object.keys(service.storage ?? {})
      .filter((store) => !Object.hasOwn(storage, store))
      .map((store) =>
        problemAt('E_MANIFEST', ['services', name, 'storage', store], {
          message: `services.${name}.storage names "${store}", which is not declared under "storage".`,
          remedy: didYouMean(store, Object.keys(storage)) || 'Declare it at the top of the manifest.',
          part: 'key',
          restsOn: [['storage', store]],
        }),
      ),
  );
}
