import { checkEngines } from './infra-rules/engines.ts';
import { checkLengths } from './infra-rules/lengths.ts';
import { checkMadeOnce } from './infra-rules/made-once.ts';
import { checkFoundation } from './infra-rules/network.ts';
import { checkPorts } from './infra-rules/ports.ts';
import { checkReach } from './infra-rules/reach.ts';
import { type Standing, removalRule } from './infra-rules/removals.ts';
import { checkReservedNames } from './infra-rules/reserved-names.ts';
import type { InfraRule } from './infra-rules/rule.ts';
import { checkTrust } from './infra-rules/trust.ts';
import { checkWayIn } from './infra-rules/way-in.ts';
import { parseManifest } from './parse.ts';
import type { Rule } from './rules/rule.ts';
import { type SelectedManifest, selectEnvironment } from './select.ts';

export type InfraWishes = {
  /** Name of the environment that is to be made. */
  readonly environment: string;
  /** The file's name, to show. */
  readonly file?: string;
  /** What stands already; absent: nothing is known of it. */
  readonly standing?: Standing;
};

const rules: readonly InfraRule[] = [
  checkFoundation,
  checkWayIn,
  checkPorts,
  checkReach,
  checkEngines,
  checkTrust,
  checkMadeOnce,
  checkReservedNames,
  checkLengths,
];

/**
 * Reads slipway.yml for the infrastructure of one environment: what `parseManifest` and `selectEnvironment` refuse, and
 * also what the actions can live with and CloudFormation would refuse half-way. Throws `Findings`, all at once.
 */
export function parseForInfra(
  contents: string | Uint8Array,
  { environment, file, standing }: InfraWishes,
): SelectedManifest {
  const all = [...rules, ...(standing === undefined ? [] : [removalRule(standing)])];
  return selectEnvironment(parseManifest(contents, file, all.map(ruleFor(environment))), environment);
}

/** An environment that is not there, or is malformed, is told about by others. */
function ruleFor(name: string): (rule: InfraRule) => Rule {
  return (rule) => (subject) => {
    const { application, environments } = subject.manifest;
    const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
    if (environment === undefined) return [];
    const whereabouts = { application, environment: name };
    return rule({ ...subject, environment, path: ['environments', name], whereabouts });
  };
}
