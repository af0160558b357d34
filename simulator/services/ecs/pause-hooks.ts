import { invalidParameter } from './errors.ts';
import { rollBack } from './rollback.ts';
import { stageOf } from './stages.ts';
import type { Ecs, PauseHook, ServiceDeployment, StageProgress } from './state.ts';
import type { HookAction } from './strategy-shape.ts';

/** A day, AWS's default. */
const defaultTimeoutMinutes = 1440;

/** Pauses at the stage that was entered if hooks are set there; answers whether it does. */
export function openHooks(ecs: Ecs, record: ServiceDeployment, progress: StageProgress, goOn: () => void): boolean {
  const stage = stageOf(progress);
  const wanted = record.service.configuration.lifecycleHooks.filter(({ lifecycleStages }) =>
    lifecycleStages.some((one) => one === stage),
  );
  for (const { timeoutConfiguration } of wanted) {
    const { timeoutInMinutes = defaultTimeoutMinutes, action = 'ROLLBACK' } = timeoutConfiguration ?? {};
    const hook: PauseHook = {
      id: ecs.names.newHookId(),
      at: progress.at,
      expiresAt: ecs.cloud.clock.now() + timeoutInMinutes * 60_000,
      timeoutAction: action,
      status: 'AWAITING_ACTION',
      goOn,
    };
    progress.hooks.push(hook);
    ecs.after(timeoutInMinutes * 60, () => {
      if (isAwaited(record, hook)) answerHook(ecs, record, hook, action, 'TIMED_OUT');
    });
  }
  return wanted.length > 0;
}

const isAwaited = (record: ServiceDeployment, hook: PauseHook) =>
  record.status === 'IN_PROGRESS' && hook.status === 'AWAITING_ACTION';

/** ContinueServiceDeployment: only a deployment in progress, and only a hook that waits. */
export function continueDeployment(ecs: Ecs, record: ServiceDeployment, hookId: string, action: HookAction): void {
  const hook = record.stages?.hooks.find(({ id }) => id === hookId);
  if (hook === undefined) throw invalidParameter(`The lifecycle hook ${hookId} does not exist.`);
  if (!isAwaited(record, hook))
    throw invalidParameter(`The lifecycle hook ${hookId} is not in AWAITING_ACTION status.`);
  answerHook(ecs, record, hook, action, action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED');
}

function answerHook(
  ecs: Ecs,
  record: ServiceDeployment,
  hook: PauseHook,
  action: HookAction,
  status: PauseHook['status'],
): void {
  hook.status = status;
  const { hooks, route } = record.stages!;
  if (action === 'ROLLBACK') {
    const reason = `Service deployment rolled back because ${route[hook.at]!.stage} lifecycle hook(s) failed.`;
    return rollBack(ecs, record, reason, 'ECS deployment lifecycle hook');
  }
  if (!hooks.some((other) => other.status === 'AWAITING_ACTION')) hook.goOn();
}
