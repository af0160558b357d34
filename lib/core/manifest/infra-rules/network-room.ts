import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { InfraRule, InfraSubject } from './rule.ts';

/** For the load balancer, for tasks, and for database and cache. */
const subnetsPerZone = 3;
/** A subnet of /24 has 251 addresses; each task needs one, and a rolling release needs them twice. */
const smallestSubnet = 24;

/** The network has zones enough, room for its subnets, and a way for tasks to reach AWS. */
export const checkNetworkRoom: InfraRule = (subject) => [
  ...handWritten(subject),
  ...zoneProblems(subject),
  ...roomProblems(subject),
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

function roomProblems({ environment, path }: InfraSubject): Problem[] {
  const zones = environment['availability-zones']?.length ?? 0;
  const subnets = zones * subnetsPerZone;
  const cidr = environment.network?.cidr ?? '10.0.0.0/16';
  const size = Number(cidr.split('/')[1]);
  const neededBits = Math.ceil(Math.log2(Math.max(1, subnets)));
  if (size + neededBits <= smallestSubnet) return [];
  return [
    problemAt('E_MANIFEST', [...path, 'network', 'cidr'], {
      message: `The network ${cidr} is too small for ${subnets} subnets of /${smallestSubnet} (${subnetsPerZone} in each of ${zones} zones).`,
      remedy: `Write one of /${smallestSubnet - neededBits} or larger, or name fewer zones.`,
      restsOn: [[...path, 'availability-zones']],
    }),
  ];
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
