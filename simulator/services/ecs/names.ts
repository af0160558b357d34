import type { Random } from '../../random.ts';

/** ARNs and identifiers in the shapes ECS gives them. */
export type Names = {
  cluster(cluster: string): string;
  service(cluster: string, service: string): string;
  taskDefinition(family: string, revision: number): string;
  /** Of `family` or `family:revision`; an ARN is one already. */
  reference(taskDefinition: string): string;
  task(cluster: string, id: string): string;
  containerInstance(cluster: string, id: string): string;
  container(cluster: string, taskId: string): string;
  /** Of which a service deployment or revision is, by the ARN of either. */
  serviceOf(arn: string): string;
  serviceDeployment(cluster: string, service: string): string;
  serviceRevision(cluster: string, service: string, deploymentId: string): string;
  /** 32 hexadecimal digits. */
  newTaskId(): string;
  /** `ecs-svc/` and 19 digits. */
  newDeploymentId(): string;
  /** `ecs-pause-` and 43 characters. */
  newHookId(): string;
  newUuid(): string;
};

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_';

export function ecsNames(account: string, region: string, random: Random): Names {
  const prefix = `arn:aws:ecs:${region}:${account}`;
  const newUuid = () => [8, 4, 4, 4, 12].map((length) => random.text(length)).join('-');
  return {
    cluster: (cluster) => `${prefix}:cluster/${cluster}`,
    service: (cluster, service) => `${prefix}:service/${cluster}/${service}`,
    taskDefinition: (family, revision) => `${prefix}:task-definition/${family}:${revision}`,
    reference: (definition) => (definition.startsWith('arn:') ? definition : `${prefix}:task-definition/${definition}`),
    containerInstance: (cluster, id) => `${prefix}:container-instance/${cluster}/${id}`,
    task: (cluster, id) => `${prefix}:task/${cluster}/${id}`,
    container: (cluster, taskId) => `${prefix}:container/${cluster}/${taskId}/${newUuid()}`,
    serviceOf(arn) {
      const [, cluster = '', service = ''] = arn.split('/');
      return `${prefix}:service/${cluster}/${service}`;
    },
    serviceDeployment: (cluster, service) =>
      `${prefix}:service-deployment/${cluster}/${service}/${random.text(21, lettersAndDigits)}`,
    serviceRevision: (cluster, service, deploymentId) =>
      `${prefix}:service-revision/${cluster}/${service}/${deploymentId.replace('ecs-svc/', '')}`,
    newTaskId: () => random.text(32),
    newDeploymentId: () => `ecs-svc/${random.integer(1, 9)}${random.text(18, '0123456789')}`,
    newHookId: () => `ecs-pause-${random.text(43, lettersAndDigits)}`,
    newUuid,
  };
}

/** The last part of an ARN, or the text itself: most parameters take a name or an ARN. */
export function nameFromArn(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;
}
