/** What a call says about itself in the words of policy conditions: a value by key, or several where the key has several. */
export type ConditionValues = Readonly<Record<string, string | readonly string[]>>;

/** One question to IAM: may the caller do this, to this, under these circumstances? */
export type AuthorizationRequest = {
  /** `ecs:UpdateService` */
  readonly action: string;
  /** An ARN, or `*` where the action knows no resources. */
  readonly resource: string;
  readonly conditions?: ConditionValues;
  /** The AWS service that asks in the caller's name: `application-autoscaling.amazonaws.com`. */
  readonly via?: string;
};

/** `root` and `service` are asked nothing; the others are as the policies say. */
export type Verdict = 'allowed' | 'denied' | 'not allowed' | 'root' | 'service';

/** A question that was asked, and what IAM said. Equal ones are one entry. */
export type Authorization = {
  /** ARN of the caller. */
  readonly principal: string;
  /** Which call, or what else, made AWS ask: `ecs:RegisterTaskDefinition`, `ecs:task-start`. */
  readonly cause: string;
  readonly action: string;
  readonly resource: string;
  /** Values of the condition keys that the action carries, without those that every call has. */
  readonly conditions: ConditionValues;
  readonly verdict: Verdict;
  readonly times: number;
};

/** Tags by name, in the words of the keys that every tagging has. */
export function tagConditions(tags: Readonly<Record<string, string>>): ConditionValues {
  const names = Object.keys(tags);
  if (names.length === 0) return {};
  const values = Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value] as const);
  return { ...Object.fromEntries(values), 'aws:TagKeys': names };
}

/** Creating something with tags is tagging, too: a request with an action of its own. */
export function tagging(
  action: string,
  resource: string,
  tags: Readonly<Record<string, string>>,
  more: ConditionValues = {},
): readonly AuthorizationRequest[] {
  if (Object.keys(tags).length === 0) return [];
  return [{ action, resource, conditions: { ...tagConditions(tags), ...more } }];
}

/** Tags in AWS's usual list form by name. */
export function tagsByKey(tags: readonly { readonly Key: string; readonly Value: string }[] = []) {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
