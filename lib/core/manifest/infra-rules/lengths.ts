import { clusterName, executionRoleName, loadBalancerName, roleName, taskRoleName } from '../../names.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { Path } from '../tree.ts';
import { fill, isPublic } from './rule.ts';
import type { InfraRule, InfraSubject } from './rule.ts';

type Named = { readonly what: string; readonly name: string; readonly most: number; readonly path: Path };

/** Names are composed of application, environment and service, and AWS has less room for some than the parts could fill. */
export const checkLengths: InfraRule = (subject) =>
  [...ofEnvironment(subject), ...ofServices(subject), ...ofBuckets(subject)].flatMap(lengthProblems);

function ofEnvironment({ manifest, path, whereabouts }: InfraSubject): Named[] {
  const hasWayIn = Object.values(manifest.services).some(isPublic);
  return [
    { what: 'role', name: roleName(whereabouts, 'deploy'), most: 64, path },
    ...(hasWayIn ? [{ what: 'load balancer', name: loadBalancerName(whereabouts), most: 32, path }] : []),
    ...(manifest.database ? [{ what: 'database cluster', name: clusterName(whereabouts), most: 63, path }] : []),
    ...(manifest.cache ? [{ what: 'cache', name: clusterName(whereabouts), most: 40, path }] : []),
  ];
}

function ofServices({ manifest, whereabouts }: InfraSubject): Named[] {
  return Object.keys(manifest.services).flatMap((name) => {
    const path: Path = ['services', name];
    return [
      { what: 'execution role', name: executionRoleName(whereabouts, name), most: 64, path },
      { what: 'task role', name: taskRoleName(whereabouts, name), most: 64, path },
    ];
  });
}

function ofBuckets({ manifest: { storage = {} }, whereabouts }: InfraSubject): Named[] {
  return Object.entries(storage).map(([name, { bucket }]) => ({
    what: 'bucket',
    name: fill(bucket, whereabouts),
    most: 63,
    path: ['storage', name, 'bucket'],
  }));
}

function lengthProblems({ what, name, most, path }: Named): Problem[] {
  if (name.length <= most) return [];
  return [
    problemAt('E_MANIFEST', path, {
      message: `The ${what} would be called ${name}: ${name.length} characters, and ${most} are allowed.`,
      remedy: 'Shorten the name of the application, the environment or the service.',
      part: 'key',
    }),
  ];
}
