/** What a text of ECS's most likely means, and what to do about it. */
export type LikelyCause = { readonly cause: string; readonly remedy: string };

/** The likely cause behind a text of ECS (a stopped reason, a container's reason, a service event), when it is a known one. */
export function likelyCause(text: string): LikelyCause | undefined {
  return patterns.find(({ matches }) => matches.test(text));
}

type Pattern = LikelyCause & { readonly matches: RegExp };

const networkTrouble = 'i/o timeout|dial tcp|context deadline exceeded|connection (refused|reset)|no route to host';

/**
 * Known texts, the most telling first: a text may match several.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
const patterns: readonly Pattern[] = [
  {
    matches: /descriptor matching platform|exec format error|platform .*does not match/i,
    cause: 'The image was built for another processor architecture.',
    remedy: 'Build for the platform that the manifest names first under `build.platforms`.',
  },
  {
    matches: /no space left on device|disk quota exceeded/i,
    cause: 'The disk of the task is full.',
    remedy: 'Make the image smaller or write less; a task has 20 GiB of ephemeral storage unless it asks for more.',
  },
  {
    matches: /CannotPull.*(toomanyrequests|rate limit)/i,
    cause: 'The registry lets no more pulls through.',
    remedy: 'Take the image from ECR instead of a public registry, or run the job again later.',
  },
  {
    matches: /CannotPull.*(403|forbidden|not authorized|unauthorized|denied|no basic auth)/i,
    cause: 'The execution role may not pull the image.',
    remedy:
      "Allow ecr:GetAuthorizationToken, ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to the service's execution role.",
  },
  {
    matches: /CannotPull.*(not found|manifest unknown|does not exist)/i,
    cause: 'The image is not in the registry.',
    remedy: 'Check that build-push ended well and that no lifecycle rule expired the digest.',
  },
  {
    matches: new RegExp(`CannotPull.*(${networkTrouble})|i/o timeout`, 'i'),
    cause: 'The image could not be pulled: the registry was out of reach.',
    remedy:
      'Check that the subnets have a route to ECR (NAT or VPC endpoints) and that the security group lets HTTPS out.',
  },
  {
    matches: /CannotPull/i,
    cause: 'The image could not be pulled.',
    remedy: 'Check that the subnets reach ECR (NAT or VPC endpoints) and that the image is there.',
  },
  {
    matches: /log group does not exist/i,
    cause: "The service's log group is not there.",
    remedy: 'Run the infra job, which makes the log groups.',
  },
  {
    matches: /(logger args|log stream|logs:\w+).*(AccessDenied|not authorized)/i,
    cause: 'The execution role may not write the log.',
    remedy: "Allow logs:CreateLogStream and logs:PutLogEvents on the service's log group to its execution role.",
  },
  {
    matches: /failed to validate logger args|(failed to (create|start)|initiali[sz]e) .*log(ger|ging)/i,
    cause: 'The log could not be opened.',
    remedy: 'Check the log group, and that the subnets reach CloudWatch Logs (NAT or a VPC endpoint).',
  },
  {
    matches: /unable to assume (the |your )?.*role/i,
    cause: 'ECS may not assume a role of the task.',
    remedy: 'Check that the execution and the task role exist and trust ecs-tasks.amazonaws.com.',
  },
  {
    matches: /ResourceInitializationError.*(AccessDenied|not authorized)/i,
    cause: 'The execution role may not read a secret or parameter of the task.',
    remedy:
      'Allow secretsmanager:GetSecretValue or ssm:GetParameters on it, and kms:Decrypt if it has its own key, to the execution role.',
  },
  {
    matches:
      /ResourceInitializationError.*(ResourceNotFound|can.t find|invalid ssm parameters|did not contain json key|marked (for deletion|deleted))/i,
    cause: 'A secret or parameter that the task needs is not there.',
    remedy: 'Run config-env again, which names what is missing, then run this job again.',
  },
  {
    matches: /EFS|file system/,
    cause: 'A file system could not be mounted.',
    remedy: 'Check its mount targets and that the security groups let NFS (2049) through.',
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
    matches: /CannotStartContainer.*(no such file|not found)/i,
    cause: 'The command is not in the image.',
    remedy: 'Check the command, and that the image holds the program.',
  },
  {
    matches: /CannotStartContainer.*permission denied/i,
    cause: 'The command may not be executed by the image’s user.',
    remedy: 'Make the file executable in the Dockerfile, and readable by its USER.',
  },
  {
    matches: /CannotStartContainer|ContainerRuntime(Timeout)?Error/i,
    cause: 'The container runtime could not start the container.',
    remedy: 'Check the command and the sizes of the task; if it happens once only, run the job again.',
  },
  {
    matches: /failed container health checks/i,
    cause: 'The container health check failed.',
    remedy:
      'Look at the log lines, and at path and port of `health-check`; a slow start needs a longer `start-period-seconds`.',
  },
  {
    matches: /health checks failed with these codes: \[40[13]\]/i,
    cause: "The load balancer's health check is refused: the path wants a log-in.",
    remedy: 'Let the path of `health-check` answer without credentials.',
  },
  {
    matches: /health checks failed with these codes: \[404\]/i,
    cause: "The load balancer's health check asks for a path that the service does not have.",
    remedy:
      'Check the path of the target group’s health check against that of `health-check` and the routes of the service.',
  },
  {
    matches: /health checks failed with these codes/i,
    cause: "The load balancer's health check gets an error from the service.",
    remedy: 'The log lines say why; a slow start needs a longer grace period.',
  },
  {
    matches: /is unhealthy in \(target-group.*(timed out|connection)/i,
    cause: 'The load balancer does not reach the service.',
    remedy:
      'Check `port` against the one the service listens on, and that its security group lets the load balancer in.',
  },
  {
    matches: /failed ELB health checks|is unhealthy in \(target-group/i,
    cause: "The load balancer's health check failed.",
    remedy: 'Check path and port of the target group, and that its security group reaches the service.',
  },
  {
    matches: /spot task was interrupted|SpotInterruption/i,
    cause: 'Fargate Spot took the capacity back.',
    remedy: 'Run the job again; use `spot: false` for what must not be interrupted.',
  },
  {
    matches: /TerminationNotice|InfrastructureHealth|performing maintenance/i,
    cause: 'AWS took the machine away for maintenance.',
    remedy: 'Run the job again.',
  },
  {
    matches: /limit on the number of|above your limit/i,
    cause: "The account's Fargate limit is reached.",
    remedy: 'Raise the quota "Fargate On-Demand (or Spot) vCPU resource count" in Service Quotas, or run less.',
  },
  {
    matches: /capacity is unavailable|RESOURCE:(CPU|MEMORY)/i,
    cause: 'There was no Fargate capacity for the task.',
    remedy: 'Run the job again later, or give the service subnets in more availability zones.',
  },
  {
    matches: /network interface provisioning|RESOURCE:ENI|free addresses|InsufficientFreeAddresses/i,
    cause: 'The network interface did not come up in time.',
    remedy: 'Check that the subnets have free addresses, then run the job again.',
  },
  {
    matches: /EphemeralStorage provisioning/i,
    cause: 'The storage of the task did not come up in time.',
    remedy: 'Run the job again; if it stays, ask AWS support.',
  },
  {
    matches: /unable to stop or start tasks during a deployment/i,
    cause: 'Minimum and maximum percent of the service leave no room to move a task.',
    remedy: 'Raise maximumPercent, or lower minimumHealthyPercent, of the ECS service.',
  },
  {
    matches: /operations are being throttled|could not launch|provisioning capacity limit/i,
    cause: 'ECS itself was throttled in this account.',
    remedy: 'Run the job again later, or deploy fewer services at once.',
  },
  {
    matches: /unable to consistently start tasks/i,
    cause: 'The tasks cannot be started again and again.',
    remedy: 'Look at the stopped tasks of the service in the ECS console.',
  },
  {
    matches: /UserInitiated|task stopped by user/i,
    cause: 'Someone stopped the task.',
    remedy: 'CloudTrail says who called StopTask; then run the job again.',
  },
  {
    matches: /InternalError|Internal error/,
    cause: 'AWS had trouble of its own.',
    remedy: 'Run the job again.',
  },
];
