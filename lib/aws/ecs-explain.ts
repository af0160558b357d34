import type { ObservedTask } from './ecs-tasks.ts';

/** Why a task ended, in words: what ECS says, what it most likely means, and what to do. */
export type StopExplanation = {
  /** Stop code, reason and exit codes, as ECS gives them. */
  readonly facts: string;
  readonly cause: string;
  readonly remedy: string;
};

type Pattern = { readonly matches: RegExp; readonly cause: string; readonly remedy: string };

/**
 * Known texts of stoppedReason and of a container's reason, most telling first.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
const patterns: readonly Pattern[] = [
  {
    matches: /descriptor matching platform|exec format error/i,
    cause: 'The image was built for another processor architecture.',
    remedy: 'Build for the platform that the manifest names first under `build.platforms`.',
  },
  {
    matches: /CannotPull.*(not found|manifest unknown|does not exist)/i,
    cause: 'The image is not in the registry.',
    remedy: 'Check that build-push ended well and that no lifecycle rule expired the digest.',
  },
  {
    matches: /CannotPull.*(403|forbidden|not authorized|denied)/i,
    cause: 'The execution role may not pull the image.',
    remedy:
      "Allow ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to the service's execution role.",
  },
  {
    matches: /CannotPull|i\/o timeout/i,
    cause: 'The image could not be pulled.',
    remedy: 'Check that the subnets reach ECR (NAT or VPC endpoints) and that the image is there.',
  },
  {
    matches: /ResourceInitializationError.*AccessDenied/i,
    cause: 'The execution role may not read a secret or parameter of the task.',
    remedy:
      'Allow secretsmanager:GetSecretValue or ssm:GetParameters on it, and kms:Decrypt if it has its own key, to the execution role.',
  },
  {
    matches:
      /ResourceInitializationError.*(ResourceNotFound|can.t find|invalid ssm parameters|did not contain json key)/i,
    cause: 'A secret or parameter that the task needs is not there.',
    remedy: 'Run config-env again, which names what is missing, then run this job again.',
  },
  {
    matches: /log group does not exist/i,
    cause: "The service's log group is not there.",
    remedy: 'Run the infra job, which makes the log groups.',
  },
  {
    matches: /ResourceInitializationError/i,
    cause: 'The task could not be prepared: secrets, registry or network were out of reach.',
    remedy: 'Check that the subnets reach Secrets Manager, SSM and ECR (NAT or VPC endpoints).',
  },
  {
    matches: /OutOfMemory/i,
    cause: 'The container needed more memory than it has.',
    remedy: 'Raise `memory` of the service in the manifest, or mend what grows.',
  },
  {
    matches: /failed container health checks/i,
    cause: 'The container health check failed.',
    remedy:
      'Look at the log lines, and at path and port of `health-check`; a slow start needs a longer `start-period-seconds`.',
  },
  {
    matches: /failed ELB health checks/i,
    cause: "The load balancer's health check failed.",
    remedy: 'Check path and port of the target group, and that its security group reaches the service.',
  },
  {
    matches: /spot task was interrupted|SpotInterruption/i,
    cause: 'Fargate Spot took the capacity back.',
    remedy: 'Run the job again; use `spot: false` for what must not be interrupted.',
  },
  {
    matches: /capacity is unavailable|RESOURCE:|limit on the number of/i,
    cause: 'There was no Fargate capacity for the task, or an account limit is reached.',
    remedy: 'Run the job again later; look at the Fargate vCPU quota of the account.',
  },
  {
    matches: /network interface provisioning/i,
    cause: 'The network interface did not come up in time.',
    remedy: 'Check that the subnets have free addresses, then run the job again.',
  },
];

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
export function explainText(text: string): { cause: string; remedy: string } | undefined {
  const known = patterns.find((pattern) => pattern.matches.test(text));
  return known === undefined ? undefined : { cause: known.cause, remedy: known.remedy };
}

function explainExit(task: ObservedTask): { cause: string; remedy: string } {
  const codes = task.containers.map((container) => container.exitCode);
  if (codes.includes(127)) {
    return {
      cause: 'The command is not in the image.',
      remedy: 'Check the command, and that the image holds the program.',
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
