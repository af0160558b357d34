import type { AuthorizationRequest, ConditionValues } from '../../../authorization.ts';
import type { ActionEntry, ActionTable } from './action.ts';
import { secretsmanager, ssm } from './configuration.ts';
import { ecr } from './ecr.ts';
import { ecs } from './ecs.ts';
import { iam, sts } from './identity.ts';
import {
  applicationAutoscaling,
  cloudwatch,
  ec2,
  elasticloadbalancing,
  logs,
  s3,
  servicediscovery,
} from './surroundings.ts';

/** AWS's service authorization reference by IAM prefix, as far as the simulator has operations. */
export const reference: Readonly<Record<string, ActionTable>> = {
  'application-autoscaling': applicationAutoscaling,
  cloudwatch,
  ec2,
  ecr,
  ecs,
  elasticloadbalancing,
  iam,
  logs,
  s3,
  secretsmanager,
  servicediscovery,
  ssm,
  sts,
};

/** The values of those condition keys that the action carries: a call may say more about itself than IAM is told. */
export function carried({ action, conditions = {} }: AuthorizationRequest): ConditionValues {
  const entry = entryOf(action);
  if (entry === undefined) return conditions;
  return Object.fromEntries(Object.entries(conditions).filter(([key]) => carries(entry, key)));
}

/** Whether the action is one for this kind of resource: callers name what they like. */
export function isAbout({ action, resource }: AuthorizationRequest): boolean {
  const { on } = entryOf(action) ?? { on: undefined };
  if (on === undefined) return true;
  if (on.length === 0) return resource === '*';
  const own = resource.split(':').slice(5).join(':');
  return resource.startsWith('arn:') && on.some((beginning) => own.startsWith(beginning));
}

/** Undefined for a service without a table. Throws an Error for an action that a table lacks: that is our mistake. */
function entryOf(action: string): ActionEntry | undefined {
  const [prefix = '', name = ''] = action.split(':');
  const table = reference[prefix];
  if (table === undefined) return undefined;
  if (Object.hasOwn(table, name)) return table[name];
  throw new Error(`The authorization reference has no ${action}.`);
}

function carries({ keys }: ActionEntry, key: string): boolean {
  return keys.some((one) => (/[/:]$/.test(one) ? key.startsWith(one) : key === one));
}
