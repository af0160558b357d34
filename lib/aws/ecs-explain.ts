import { likelyCause, type LikelyCause } from './ecs-stop-reasons.ts';
import type { ObservedTask } from './ecs-tasks.ts';

/** Why a task ended, in words: what ECS says, what it most likely means, and what to do. */
export type StopExplanation = {
  /** Stop code, reason and exit codes, as ECS gives them. */
  readonly facts: string;
  readonly cause: string;
  readonly remedy: string;
};

/** Explains a stopped task from ECS's own words. */
export function explainStop(task: ObservedTask): StopExplanation {
  const containers = task.containers.map((container) => {
    const code = container.exitCode === undefined ? 'no exit code' : `exit code ${container.exitCode}`;
    return `${container.name}: ${code}${container.reason === undefined ? '' : ` (${container.reason})`}`;
  });
  const facts = [task.stopCode, task.stoppedReason, ...containers].filter((fact) => fact !== undefined && fact !== '');
  return { facts: facts.join('; '), ...(explainText(facts.join('\n')) ?? explainExit(task)) };
}

/** Cause and remedy for a text of ECS (a stopped reason, a service event), when it is a known one. */
export function explainText(text: string): LikelyCause | undefined {
  const known = likelyCause(text);
  return known === undefined ? undefined : { cause: known.cause, remedy: known.remedy };
}

function explainExit(task: ObservedTask): LikelyCause {
  const codes = task.containers.map((container) => container.exitCode);
  if (codes.includes(127)) {
    return {
      cause: 'The command is not in the image.',
      remedy: 'Check the command, and that the image holds the program.',
    };
  }
  if (codes.includes(126)) {
    return {
      cause: 'The command may not be executed.',
      remedy: "Make the file executable in the Dockerfile, and readable by the image's USER.",
    };
  }
  if (codes.includes(139)) {
    return {
      cause: 'The program crashed on a memory fault (SIGSEGV).',
      remedy: 'Its last log lines may say where; check native modules against the base image.',
    };
  }
  if (codes.includes(143)) {
    return {
      cause: 'The program was asked to stop (SIGTERM), and something asked it to.',
      remedy: "Look at the task's stopped reason; let the program end with 0 on SIGTERM.",
    };
  }
  if (codes.includes(137)) {
    return {
      cause: 'The process was killed (SIGKILL).',
      remedy: 'It may lack memory, or did not end within the stop time-out.',
    };
  }
  if (codes.some((code) => code !== undefined && code !== 0)) {
    return { cause: 'The program ended with an error.', remedy: 'Its last log lines say why.' };
  }
  if (codes.includes(undefined) && task.stopCode === 'EssentialContainerExited') {
    return {
      cause: 'The container was lost: it ended without an exit code.',
      remedy: 'Run the job again; its last log lines may say more.',
    };
  }
  if (codes.includes(undefined)) {
    return { cause: 'The container never ran.', remedy: "Look at the task's stopped reason in the ECS console." };
  }
  return {
    cause: 'The program ended by itself.',
    remedy: 'A service must keep running; its last log lines may say why it did not.',
  };
}
