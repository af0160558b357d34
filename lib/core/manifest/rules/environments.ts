import { didYouMean } from '../../nearest.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { WrittenEnvironment } from '../shape/manifest.ts';
import type { Path } from '../tree.ts';
import type { Rule } from './rule.ts';

/** Each environment is one consistent place. */
export const checkEnvironments: Rule = ({ manifest, serviceNames }) =>
  Object.entries(manifest.environments).flatMap(([name, environment]) => {
    const path: Path = ['environments', name];
    return [
      ...zoneProblems(path, environment),
      ...certificateProblems(path, environment),
      ...infraProblems(path, environment, serviceNames),
    ];
  });

function zoneProblems(path: Path, { region, 'availability-zones': zones = [] }: WrittenEnvironment): Problem[] {
  return zones.flatMap((zone, index) => {
    const at: Path = [...path, 'availability-zones', index];
    if (zones.indexOf(zone) < index) {
      return [
        problemAt('E_MANIFEST', at, { message: `The zone ${zone} is named twice.`, remedy: 'Name each zone once.' }),
      ];
    }
    if (zone.startsWith(region) && zone.length === region.length + 1) return [];
    return [
      problemAt('E_SCOPE', at, {
        message: `The zone ${zone} is not in ${region}.`,
        remedy: `Name zones such as ${region}a.`,
        restsOn: [[...path, 'region']],
      }),
    ];
  });
}

function certificateProblems(path: Path, environment: WrittenEnvironment): Problem[] {
  if (environment.certificate === undefined || environment['hosted-zone'] === undefined) return [];
  return [
    problemAt('E_MANIFEST', [...path, 'hosted-zone'], {
      message: 'A certificate is given, and a hosted zone to make another one in.',
      remedy: 'Keep one of them.',
    }),
  ];
}

/** Infrastructure by hand: every service has an ECS service of its own. */
function infraProblems(path: Path, { infra }: WrittenEnvironment, serviceNames: readonly string[]): Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(infra?.services ?? {}).flatMap(([name, { service }]) => {
    const at: Path = [...path, 'infra', 'services', name];
    const owner = owners.get(service);
    owners.set(service, owner ?? name);
    const isKnown = serviceNames.includes(name);
    return [
      ...(owner === undefined
        ? []
        : [
            problemAt('E_MANIFEST', [...at, 'service'], {
              message: `The ECS service ${service} is given to ${owner} and to ${name}.`,
              remedy: 'Give each its own.',
            }),
          ]),
      ...(isKnown
        ? []
        : [
            problemAt('E_MANIFEST', at, {
              message: `infra.services names "${name}", which is no service here.`,
              remedy: didYouMean(name, serviceNames),
              part: 'key',
            }),
          ]),
    ];
  });
}
