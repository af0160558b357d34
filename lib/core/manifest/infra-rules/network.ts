import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { InfraRule, InfraSubject } from './rule.ts';

/** Each zone has an eighth of the network, by its letter, so that one that comes or goes moves no other. */
const zoneLetters = 'abcdefgh';

/** The network has zones enough, a place for each of them, and a way for tasks to reach AWS. */
export const checkFoundation: InfraRule = (subject) => [
  ...handWritten(subject),
  ...zoneProblems(subject),
  ...letterProblems(subject),
  ...wayOutProblems(subject),
];

function handWritten({ environment, path }: InfraSubject): Problem[] {
  if (environment.infra === undefined) return [];
  return [
    problemAt('E_MANIFEST', [...path, 'infra'], {
      message: 'The infrastructure of this environment is described by hand, so it is not made here.',
      remedy: 'Remove "infra", or leave the environment to whoever makes it (`infra: none` in the workflow).',
      part: 'key',
    }),
  ];
}

function zoneProblems({ environment, path }: InfraSubject): Problem[] {
  const zones = environment['availability-zones'] ?? [];
  if (zones.length >= 2) return [];
  const { region } = environment;
  return [
    problemAt('E_MANIFEST', [...path, 'availability-zones'], {
      message: `The infrastructure needs two availability zones at least, and ${zones.length === 0 ? 'none is named' : 'one is named'}.`,
      remedy: `Write availability-zones: [${region}a, ${region}b].`,
      part: 'key',
      restsOn: [[...path, 'region']],
    }),
  ];
}

function letterProblems({ environment, path }: InfraSubject): Problem[] {
  return (environment['availability-zones'] ?? []).flatMap((zone, index) => {
    if (zoneLetters.includes(zone.at(-1) ?? '')) return [];
    return [
      problemAt('E_MANIFEST', [...path, 'availability-zones', index], {
        message: `The network has a part for zones with the letters a to h, and none for ${zone}.`,
        remedy: 'Name other zones of the region.',
      }),
    ];
  });
}

function wayOutProblems({ environment, path }: InfraSubject): Problem[] {
  if (environment.nat !== 'none' || environment.endpoints === true) return [];
  return [
    problemAt('E_MANIFEST', [...path, 'nat'], {
      message: 'Without NAT and without endpoints no task could fetch its image, its secrets, or write a log.',
      remedy: 'Write `endpoints: true` beside it, or `nat: single`.',
      restsOn: [[...path, 'endpoints']],
    }),
  ];
}
