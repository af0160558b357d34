import type { Provisioned } from '../../../cloud.ts';
import { AwsError, notSimulated } from '../../../operation.ts';
import { invalid } from '../errors.ts';
import { isStandIn } from '../stand-ins.ts';
import { checkRules, conditionValues } from '../template/conditions.ts';
import { activeResources, creationOrder } from '../template/dependencies.ts';
import { checkFunctions, evaluate } from '../template/evaluate.ts';
import type { Scope } from '../template/evaluate.ts';
import { parameterValues } from '../template/parameters.ts';
import type { GivenParameter } from '../template/parameters.ts';
import type { StackBook } from './book.ts';
import type { Stack, Target } from './state.ts';

export type Wish = Pick<Target, 'template' | 'tags' | 'capabilities' | 'roleArn' | 'onFailure'> & {
  readonly given: Readonly<Record<string, GivenParameter>>;
};

/** Throws ValidationError, InsufficientCapabilitiesException or NotSimulatedException. */
export function targetOf(book: StackBook, stack: Pick<Stack, 'name' | 'id' | 'deployed'>, wish: Wish): Target {
  const { template, given, ...rest } = wish;
  const previous = stack.deployed?.parameters ?? {};
  const parameters = parameterValues({ template, given, previous, ssm: book.cloud.ssm });
  const bare = scopeOf(book, stack, { template, parameters, conditions: {} }, nothingMade);
  const conditionScope = { template, evaluate: (value: unknown) => evaluate(value, bare) };
  const conditions = conditionValues(conditionScope);
  checkRules(conditionScope, conditions);
  const resources = activeResources(template, conditions);
  checkFunctions([template.resources, template.outputs]);
  const order = creationOrder(template, conditions);
  checkTypes(book, resources);
  checkCapabilities(resources, wish.capabilities);
  return { template, parameters, conditions, resources, order, ...rest };
}

const nothingMade = (): undefined => undefined;

/** What values of the target may refer to, with what was made so far. */
export function scopeOf(
  book: StackBook,
  { name, id }: Pick<Stack, 'name' | 'id'>,
  { template, parameters, conditions }: Pick<Target, 'template' | 'parameters' | 'conditions'>,
  made: (logicalId: string) => Provisioned | undefined,
): Scope {
  const { account, region } = book.cloud;
  const values = Object.entries(parameters).map(([key, { value }]) => [key, value] as const);
  return {
    template,
    conditions,
    made,
    zones: ['a', 'b', 'c'].map((letter) => `${region}${letter}`),
    imported(exportName) {
      const found = book.exports().find((one) => one.exportName === exportName);
      if (found === undefined) throw invalid(`No export named ${exportName} found.`);
      return found.value;
    },
    named: {
      ...Object.fromEntries(values),
      'AWS::AccountId': account,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': name,
      'AWS::StackId': id,
      'AWS::NotificationARNs': [],
    },
  };
}

function checkTypes(book: StackBook, resources: Target['resources']): void {
  const providers = book.providers();
  const types = [...new Set(Object.values(resources).map(({ Type }) => Type))];
  const unknown = types.filter((type) => !Object.hasOwn(providers, type) && !isStandIn(type));
  if (unknown.length === 0) return;
  const foreign = unknown.filter((type) => !/^AWS::\w+::\w+$/.test(type));
  if (foreign.length > 0) throw invalid(`Template format error: Unrecognized resource types: [${foreign.join(', ')}]`);
  throw notSimulated(`resources of the types ${unknown.join(', ')}`);
}

const named: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
};

/** Who makes roles and policies must say that they know it. */
function checkCapabilities(resources: Target['resources'], capabilities: readonly string[]): void {
  const ofIam = Object.values(resources).filter(({ Type }) => /^AWS::IAM::(Role|Policy|ManagedPolicy)$/.test(Type));
  if (ofIam.length === 0) return;
  const isNamed = ofIam.some(({ Type, Properties }) => Properties[named[Type] ?? ''] !== undefined);
  const enough = isNamed ? ['CAPABILITY_NAMED_IAM'] : ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
  if (enough.some((capability) => capabilities.includes(capability))) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${enough[0]}]`);
}
