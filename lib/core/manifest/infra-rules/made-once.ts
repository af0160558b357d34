import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { WrittenEnvironment, WrittenManifest } from '../shape/manifest.ts';
import type { Path } from '../tree.ts';
import { fill } from './rule.ts';
import type { InfraRule, InfraSubject } from './rule.ts';

/** Something that is made under a name, and where that name may stand only once. */
type Made = { readonly what: string; readonly name: string; readonly path: Path; readonly within: 'region' | 'world' };

/** What is made has a name of its own: within the environment, and beside the environments that share its account. */
export const checkMadeOnce: InfraRule = (subject) => {
  const made = madeBy(subject.manifest);
  return [...arnProblems(made), ...twice(made, subject), ...alsoElsewhere(made, subject)];
};

/** Whoever declares an ARN speaks of what is there already. */
function madeBy({ database, cache, secrets, parameters, storage }: WrittenManifest): Made[] {
  return [
    ...(database === undefined ? [] : [secret(database.secret, ['database', 'secret'])]),
    ...(cache === undefined ? [] : [secret(cache.secret, ['cache', 'secret'])]),
    ...Object.keys(secrets ?? {})
      .filter(isName)
      .map((name) => secret(name, ['secrets', name])),
    ...Object.keys(parameters ?? {})
      .filter(isName)
      .map((name): Made => ({
        what: 'parameter',
        name,
        path: ['parameters', name],
        within: 'region',
      })),
    ...Object.entries(storage ?? {}).map(([name, { bucket }]): Made => ({
      what: 'bucket',
      name: bucket,
      path: ['storage', name, 'bucket'],
      within: 'world',
    })),
  ];
}

function secret(name: string, path: Path): Made {
  return { what: 'secret', name, path, within: 'region' };
}

function isName(name: string): boolean {
  return !name.startsWith('arn:');
}

function arnProblems(made: readonly Made[]): Problem[] {
  return made
    .filter(({ name }) => !isName(name))
    .map(({ what, path }) =>
      problemAt('E_MANIFEST', path, {
        message: `A ${what} is made here, and is named by an ARN, which only something that is there has.`,
        remedy: 'Write its name.',
      }),
    );
}

function twice(made: readonly Made[], { whereabouts }: InfraSubject): Problem[] {
  return made.flatMap(({ what, name, path }, index) => {
    const isSame = (other: Made) => other.what === what && fill(other.name, whereabouts) === fill(name, whereabouts);
    const first = made.slice(0, index).find(isSame);
    if (first === undefined) return [];
    return [
      problemAt('E_MANIFEST', path, {
        message: `The ${what} ${fill(name, whereabouts)} is made twice, here and for ${first.path.join('.')}.`,
        remedy: 'Remove it here, or give it another name.',
        restsOn: [first.path],
      }),
    ];
  });
}

/** Told where the environment is the later one: the first has its names already. */
function alsoElsewhere(made: readonly Made[], { manifest, environment, whereabouts }: InfraSubject): Problem[] {
  const environments = Object.entries(manifest.environments);
  const earlier = environments.slice(
    0,
    environments.findIndex(([name]) => name === whereabouts.environment),
  );
  return made.flatMap(({ what, name, path, within }) => {
    const other = earlier.find(([neighbour, there]) => {
      const isNear = within === 'world' || isSamePlace(there, environment);
      return isNear && fill(name, whereabouts) === fill(name, { ...whereabouts, environment: neighbour });
    });
    if (other === undefined || !isName(name)) return [];
    return [
      problemAt('E_MANIFEST', path, {
        message: `The ${what} ${name} would be made by ${other[0]} and by ${whereabouts.environment}, and can be there only once.`,
        remedy: 'Put {environment} into its name.',
        part: 'key',
      }),
    ];
  });
}

function isSamePlace(one: WrittenEnvironment, other: WrittenEnvironment): boolean {
  return one.account === other.account && one.region === other.region && one.infra === undefined;
}
