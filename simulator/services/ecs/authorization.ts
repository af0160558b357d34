import { tagConditions, tagging } from '../../authorization.ts';
import type { AuthorizationRequest, ConditionValues } from '../../authorization.ts';
import { findDefinition } from './lookup.ts';
import { nameFromArn } from './names.ts';
import type { NetworkConfiguration } from './shapes.ts';
import type { Ecs, Tags } from './state.ts';

/** What requests say that policies may ask for. Members that are absent leave their keys absent. */
export type Telling = {
  readonly cluster?: string;
  readonly taskDefinition?: string | undefined;
  readonly capacityProviderStrategy?: readonly { readonly capacityProvider: string }[] | undefined;
  readonly networkConfiguration?: NetworkConfiguration | undefined;
  readonly enableExecuteCommand?: boolean | undefined;
  readonly enableECSManagedTags?: boolean | undefined;
  readonly propagateTags?: string | undefined;
  readonly tags?: Tags;
};

/** A request in the words of policy conditions; each action carries what the authorization reference gives it. */
export function conditionsOf(ecs: Ecs, request: Telling): ConditionValues {
  const { cluster, networkConfiguration: network, capacityProviderStrategy: strategy } = request;
  const providers = strategy?.map(({ capacityProvider }) => capacityProviderArn(ecs, capacityProvider));
  return present({
    ...tagConditions(byKey(request.tags)),
    'ecs:cluster': cluster === undefined ? undefined : ecs.names.cluster(nameFromArn(cluster)),
    'ecs:auto-assign-public-ip': textOf(network && network.awsvpcConfiguration.assignPublicIp === 'ENABLED'),
    'ecs:subnet': network?.awsvpcConfiguration.subnets,
    'ecs:capacity-provider': providers === undefined || providers.length === 0 ? undefined : providers,
    'ecs:enable-execute-command': textOf(request.enableExecuteCommand),
    'ecs:enable-ecs-managed-tags': textOf(request.enableECSManagedTags),
    'ecs:propagate-tags': request.propagateTags,
    ...(request.taskDefinition === undefined ? {} : definitionConditions(ecs, request.taskDefinition)),
  });
}

function definitionConditions(ecs: Ecs, reference: string): Readonly<Record<string, string | undefined>> {
  const definition = findDefinition(ecs, reference);
  return {
    'ecs:task-definition': definition?.arn,
    'ecs:task-cpu': definition?.cpu,
    'ecs:task-memory': definition?.memory,
  };
}

function capacityProviderArn({ cloud }: Ecs, name: string): string {
  return `arn:aws:ecs:${cloud.region}:${cloud.account}:capacity-provider/${name}`;
}

const textOf = (value: boolean | undefined) => (value === undefined ? undefined : String(value));

function present(values: Readonly<Record<string, string | readonly string[] | undefined>>): ConditionValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ConditionValues;
}

const byKey = (tags: Tags = []) => Object.fromEntries(tags.map(({ key, value }) => [key, value]));

/** docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html */
export function taggedOnCreation(createAction: string, resource: string, tags: Tags): readonly AuthorizationRequest[] {
  return tagging('ecs:TagResource', resource, byKey(tags), { 'ecs:CreateAction': createAction });
}

/** Whoever hands roles to a service must be allowed to: no call of its own (docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html). */
export function passedRoles(
  roles: readonly (string | undefined)[],
  service = 'ecs-tasks.amazonaws.com',
): readonly AuthorizationRequest[] {
  const passed = [...new Set(roles.filter((role) => role !== undefined))];
  const conditions = { 'iam:PassedToService': service };
  return passed.map((resource) => ({ action: 'iam:PassRole', resource, conditions }));
}
