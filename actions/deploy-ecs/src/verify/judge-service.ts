import type { ObservedService } from '../../../../lib/aws/ecs-services.ts';
import type { ErrorCode } from '../../../../lib/core/errors.ts';
import type { SelectedManifest } from '../../../../lib/core/manifest/select.ts';
import { contradiction, doubt, type Remark } from '../../../../lib/world/verify/remark.ts';
import { recordedOf } from '../deploy/plan-service.ts';
import type { ServiceSubject } from './subject.ts';
import type { VerifyWishes } from './wishes.ts';

/** Whether the ECS service, as it is now, can and may be deployed to. */
export function judgeService(subject: ServiceSubject, wishes: VerifyWishes): readonly Remark[] {
  const { before } = subject;
  if (before === undefined || before.status === 'INACTIVE') return judgeAbsence(subject, wishes);
  return [
    ...judgeState(subject, before),
    ...judgeOwner(subject, before),
    ...judgeCount(subject, before, wishes),
    ...judgeHealthyShare(subject, before, wishes.manifest),
  ];
}

/** ECS knows nothing of it, and the last good release had it: another cluster or region, or somebody deleted it. */
function judgeAbsence({ name, wanted, before }: ServiceSubject, { observed, force }: VerifyWishes): readonly Remark[] {
  if (force || before !== undefined || recordedOf(observed, name)?.service !== wanted.infra.service) return [];
  return refuse('E_STATE', name, {
    message: `ECS has no service ${wanted.infra.service}, and the current release has it.`,
    remedy: 'Find out who deleted it; with `force: true` it is created anew.',
  });
}

function judgeState({ name }: ServiceSubject, { status, controller }: ObservedService): readonly Remark[] {
  return [
    ...(status === 'ACTIVE'
      ? []
      : refuse('E_STATE', name, {
          message: `The ECS service is ${status}.`,
          remedy: 'Wait until it is gone, then run the job again.',
        })),
    ...(controller === 'ECS'
      ? []
      : refuse('E_STATE', name, {
          message: `The ECS service is deployed by ${controller}.`,
          remedy: 'Slipway deploys services with the ECS controller only.',
        })),
  ];
}

/** Two who deploy one service undo each other's work. */
function judgeOwner({ name }: ServiceSubject, { tags, isExpress }: ObservedService): readonly Remark[] {
  const stack = tags['aws:cloudformation:stack-name'];
  return [
    ...(isExpress
      ? refuse('E_STATE', name, {
          message: 'The ECS service is an Express Mode service: ECS itself manages its definition.',
          remedy: 'Deploy it by UpdateExpressGatewayService, or make a service of its own.',
        })
      : []),
    ...(stack === undefined
      ? []
      : refuse('E_STATE', name, {
          message: `The ECS service belongs to the CloudFormation stack ${stack}: its next update would bring the old image back.`,
          remedy: 'Take the service out of the stack (`DeletionPolicy: Retain`), or deploy through the stack.',
        })),
  ];
}

function judgeCount(
  { name, wanted: { service } }: ServiceSubject,
  { desired }: ObservedService,
  { observed, desiredCount }: VerifyWishes,
): readonly Remark[] {
  const isMeant = service.desiredCount === 0 || service.scaling?.min === 0 || desiredCount !== undefined;
  if (desired > 0 || isMeant || recordedOf(observed, name) === undefined) return [];
  return refuse('E_STATE', name, {
    message: 'Someone has set its desired count to 0: a deployment would prove nothing.',
    remedy: 'Scale it up, or say `desired-count: 0` in the manifest.',
  });
}

/** With nothing that must stay healthy, a rollout may stop everything before the new tasks are up. */
function judgeHealthyShare(
  { name }: ServiceSubject,
  { minimumHealthyPercent }: ObservedService,
  { environment }: SelectedManifest,
): readonly Remark[] {
  if (minimumHealthyPercent > 0) return [];
  const words = {
    message: 'Its minimumHealthyPercent is 0: a rollout may stop every task before the new ones run.',
    remedy: 'Set it to 50 or more on the ECS service.',
    place: name,
  };
  return [isProduction(environment.name) ? contradiction('E_POLICY', words) : doubt('E_POLICY', words)];
}

/** `prod`, `production`, `live`, and such with something behind: `prod-eu`. */
function isProduction(environment: string): boolean {
  return /^(?:prod|production|prd|live)(?![a-z])/.test(environment);
}

function refuse(code: ErrorCode, place: string, words: { message: string; remedy: string }): readonly Remark[] {
  return [contradiction(code, { ...words, place })];
}
