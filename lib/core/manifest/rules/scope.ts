import { outsideScope } from '../../arn.ts';
import { isRegionVariable } from '../../environment-names.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { WrittenManifest } from '../shape/manifest.ts';
import type { Path } from '../tree.ts';
import { plainArns } from './plain-arns.ts';
import type { Rule } from './rule.ts';
import { writtenVariables } from './written-variables.ts';

/**
 * What is named in full lies in an environment's own account, region and partition. Variables are shared by all
 * environments: here one that fits suffices, and `selectEnvironment` looks again.
 */
export const checkScope: Rule = ({ manifest }) => {
  const environments = Object.entries(manifest.environments);
  const own = environments.flatMap(([name, { certificate, github, infra, ...scope }]) =>
    plainArns({ certificate, github, infra }, ['environments', name]).flatMap(({ arn, path }) => {
      const outside = outsideScope(arn, scope);
      return outside === undefined ? [] : [misplaced(path, outside)];
    }),
  );
  const scopes = environments.map(([, scope]) => scope);
  const shared = sharedArns(manifest).flatMap(({ arn, path }) => {
    const outside = scopes.map((scope) => outsideScope(arn, scope));
    return outside[0] === undefined || outside.includes(undefined) ? [] : [misplaced(path, outside[0])];
  });
  return [...own, ...shared, ...regionProblems(manifest)];
};

/** ARNs that do not stand under one environment. Literals may lead anywhere: a queue of another team, for example. */
function sharedArns(manifest: WrittenManifest): ReturnType<typeof plainArns> {
  const variables = writtenVariables(manifest).filter(({ source }) => typeof source !== 'string');
  return [
    ...variables.flatMap(({ source, path }) => plainArns(source, path)),
    ...plainArns(manifest.database, ['database']),
    ...plainArns(manifest.cache, ['cache']),
  ];
}

function regionProblems(manifest: WrittenManifest): Problem[] {
  const regions = new Set(Object.values(manifest.environments).map(({ region }) => region));
  return writtenVariables(manifest)
    .filter(({ name, source }) => isRegionVariable(name) && typeof source === 'string' && !regions.has(source))
    .map(({ name, path }) =>
      problemAt('E_SCOPE', path, {
        message: `${name} is another region than the environment's.`,
        remedy: 'Write { template: "{region}" }, or the same region.',
        restsOn: [['environments']],
      }),
    );
}

function misplaced(path: Path, outside: string): Problem {
  return problemAt('E_SCOPE', path, {
    message: `This ARN is of ${outside}.`,
    remedy: 'Name what belongs to this environment.',
    restsOn: [['environments']],
  });
}
