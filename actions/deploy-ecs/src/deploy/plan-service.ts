import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { compareSettings, type SettingsChange } from '../../../../lib/aws/service-settings.ts';
import type { RegisteredDefinition } from '../../../../lib/aws/task-definition.ts';
import { putImageInto } from '../../../../lib/aws/task-definition-foreign.ts';
import {
  compareDefinitions,
  type DefinitionChange,
  isSameDefinition,
} from '../../../../lib/aws/task-definition-compare.ts';
import { checkVariableNames } from '../../../../lib/aws/task-definition-names.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import { ActionError } from '../../../../lib/core/errors.ts';
import type { ReleasedService } from '../../../../lib/core/ledger.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import type { ObservedEnvironment } from './observe.ts';
import { isOwn } from './others.ts';
import { initialCount, settingsOf } from './settings.ts';
import type { WantedService } from './wanted.ts';

export type ServicePlan = {
  readonly name: string;
  /** Name of the ECS service. */
  readonly ecsName: string;
  readonly change: 'create' | 'update' | 'restart' | 'unchanged';
  /** Of a service that others made: its own definition with our image in it. */
  readonly wanted: WantedService;
  /** The container that runs our image; beside it there may be others. */
  readonly container: string;
  /** All that differs, in words without values of variables. */
  readonly changes: readonly DefinitionChange[];
  /** Differences besides the definition, with what to send; none for a service that others made. */
  readonly settings: readonly SettingsChange[];
  /** The count to send; undefined: it is the autoscaler's, or right. */
  readonly count: number | undefined;
  /** The revision that says what is wanted already; undefined: it has to be registered. */
  readonly registered: string | undefined;
  /** The deployment that an earlier attempt of this release has begun: it is followed instead of a second one. */
  readonly follows?: string;
  /** Tags of a definition that others made: they go with it. */
  readonly keptTags: Readonly<Record<string, string>>;
  /** As it was before the release; undefined for one that is created. */
  readonly before: ObservedService | undefined;
  /** The definition to return to when the release fails; undefined: it had no tasks that were worth returning to. */
  readonly goesBackTo: string | undefined;
  /** A release that was cut off has brought what it runs: it goes back even when this one never comes to it. */
  readonly isLeftBehind?: boolean;
  /** Digests by which a task may show that it runs the wanted image. */
  readonly digests: readonly string[];
  /** A failed first release left it at no tasks: this one gives it its count. */
  readonly restoreCount: boolean;
  /** Made by releases of this environment; others' services only get a new definition. */
  readonly isOwn: boolean;
  /** The image is another than the one that the ledger's current release has, or the first. */
  readonly imageIsNew: boolean;
};

export type PlanWishes = {
  readonly contract: Contract;
  readonly manifest: SelectedManifest;
  readonly forceNewDeployment: boolean;
  readonly desiredCount?: number | undefined;
  readonly prune?: boolean;
};

/** Decides what happens to one service. Throws E_INPUT when there is no telling which container of a service is ours. */
export function planService(asked: WantedService, observed: ObservedEnvironment, wishes: PlanWishes): ServicePlan {
  const { service, infra } = asked;
  const found = observed.services.get(infra.service);
  const before = found?.status === 'INACTIVE' ? undefined : found;
  const current = before === undefined ? undefined : observed.definitions.get(before.taskDefinition);
  const own = before === undefined || isOwn(before, { environment: wishes.manifest.environment.name });
  const { wanted, container } = own
    ? { wanted: asked, container: service.name }
    : changeForeign(asked, current, wishes);
  const registered = usable(current, wanted);
  const settings =
    before !== undefined && own ? compareSettings(before.settings, settingsOf(wanted, wishes.contract)) : [];
  const recorded = recordedOf(observed, service.name);
  const restoreCount = before?.desired === 0 && wishes.desiredCount !== 0 && needsCount(wanted, recorded);
  const count = countOf(wanted, { before, restoreCount, asked: wishes.desiredCount });
  const changes = [...definitionChanges(current, wanted), ...settings, ...countChange(before, count)];
  const force = wishes.forceNewDeployment || restoreCount;
  const hasOther = settings.length > 0 || (count !== undefined && !restoreCount);
  return {
    name: service.name,
    ecsName: infra.service,
    change: changeOf(before, { isSame: registered !== undefined, hasOther, force }),
    wanted,
    container,
    changes: changes.map(({ what, from, to }) => ({ what, from, to })),
    settings,
    count,
    registered,
    keptTags: own ? {} : (current?.tags ?? {}),
    before,
    goesBackTo:
      before === undefined
        ? undefined
        : returnOf(before, { same: registered !== undefined, restoreCount, recorded: recorded?.taskDefinition }),
    digests: observed.images.get(service.name) ?? [wanted.digest],
    restoreCount,
    isOwn: own,
    imageIsNew: recorded?.digest !== wanted.digest,
  };
}

/** The current definition with our image in it, since the rest of such a service is not ours to know. */
function changeForeign(
  asked: WantedService,
  current: RegisteredDefinition | undefined,
  { manifest: { forbiddenEnvironment } }: PlanWishes,
): { wanted: WantedService; container: string } {
  const { service, definition: wanted } = asked;
  const outcome = putImageInto(current?.definition ?? wanted, wanted, {
    environment: service.environment.size > 0,
    sizes: service.sizeIsWritten,
  });
  if (outcome.kind === 'no-container') {
    const names = outcome.containers.join(', ');
    throw new ActionError('E_INPUT', `Its definition has no container ${service.name}; there are ${names}.`, {
      remedy: 'Call the service in the manifest as its container is called.',
      place: service.name,
    });
  }
  const { definition, container } = outcome;
  checkVariableNames(definition, forbiddenEnvironment, container);
  return { wanted: { ...asked, definition }, container };
}

/** What the service runs now, when it says the same and can still be started: a deregistered revision cannot. */
function usable(current: RegisteredDefinition | undefined, { definition }: WantedService): string | undefined {
  return current?.active === true && isSameDefinition(current.definition, definition) ? current.arn : undefined;
}

function definitionChanges(
  current: RegisteredDefinition | undefined,
  { definition }: WantedService,
): readonly DefinitionChange[] {
  if (current === undefined) return [];
  const inactive = { what: 'definition', from: 'deregistered', to: 'registered anew' };
  return [...(current.active ? [] : [inactive]), ...compareDefinitions(current.definition, definition)];
}

/** One without tasks that no good release knows was left so by a failed first one. Scaled to nothing is another matter. */
function needsCount({ service }: WantedService, recorded: ReleasedService | undefined): boolean {
  const isScaledToNothing = recorded !== undefined && service.scaling?.min === 0;
  return !isScaledToNothing && initialCount(service, undefined) > 0;
}

function countOf(
  { service }: WantedService,
  {
    before,
    restoreCount,
    asked,
  }: { before: ObservedService | undefined; restoreCount: boolean; asked: number | undefined },
): number | undefined {
  if (before === undefined || restoreCount) return initialCount(service, asked);
  return asked === before.desired ? undefined : asked;
}

function countChange(before: ObservedService | undefined, count: number | undefined): readonly DefinitionChange[] {
  if (before === undefined || count === undefined) return [];
  return [{ what: 'desired count', from: String(before.desired), to: String(count) }];
}

function changeOf(
  before: ObservedService | undefined,
  { isSame, hasOther, force }: { isSame: boolean; hasOther: boolean; force: boolean },
): ServicePlan['change'] {
  if (before === undefined) return 'create';
  if (!isSame || hasOther) return 'update';
  return force || !isSettled(before) ? 'restart' : 'unchanged';
}

function isSettled({ deployments }: ObservedService): boolean {
  return deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED';
}

/**
 * Where a service returns to is what it runs, unless an earlier attempt was cut off half-way: it has left the wanted
 * revision, or a rollout that nobody saw the end of. Then it is what the ledger's current release says.
 */
function returnOf(
  before: ObservedService,
  { same, restoreCount, recorded }: { same: boolean; restoreCount: boolean; recorded: string | undefined },
): string | undefined {
  if (restoreCount) return undefined;
  if (recorded !== undefined && (same || !isSettled(before))) return recorded;
  const wasNeverGood = before.deployments.every(({ rolloutState }) => rolloutState !== 'COMPLETED');
  return same && before.deployments.length === 1 && wasNeverGood ? undefined : before.taskDefinition;
}

export function recordedOf({ current }: ObservedEnvironment, name: string): ReleasedService | undefined {
  return current !== undefined && Object.hasOwn(current.services, name) ? current.services[name] : undefined;
}
