import { z } from 'zod';
import { tagConditions, tagging, tagsByKey } from '../../authorization.ts';
import { AwsError, notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { callerArn } from '../iam/caller.ts';
import { limits, nameShape, tagListShape } from './shapes.ts';
import type { Parameter, ParameterStore, ParameterVersion, Tier } from './store.ts';

/** Operations that change parameters. */
export function writingOperations(store: ParameterStore): Record<string, Operation> {
  return {
    PutParameter: putParameter(store),
    DeleteParameter: deleteParameter(store),
    DeleteParameters: deleteParameters(store),
  };
}

export const putParameterShape = z.strictObject({
  Name: nameShape,
  Value: z.string().min(1),
  Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
  Description: z.string().max(1024).optional(),
  Overwrite: z.boolean().default(false),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).optional(),
  DataType: z.enum(['text', 'aws:ec2:image', 'aws:ssm:integration']).default('text'),
  AllowedPattern: z.string().max(1024).optional(),
  KeyId: z.string().optional(),
  Tags: tagListShape.optional(),
  Policies: z.string().optional(),
});

type PutParameter = z.output<typeof putParameterShape>;

const putParameter = (store: ParameterStore) =>
  operation<PutParameter>({
    input: putParameterShape,
    resources: ({ Name }) => [store.arnOf(Name)],
    conditions: ({ Tags, Overwrite }) => ({ ...tagConditions(tagsByKey(Tags)), 'ssm:Overwrite': String(Overwrite) }),
    dependents: ({ Name, Tags }) => tagging('ssm:AddTagsToResource', store.arnOf(Name), tagsByKey(Tags)),
    secretMembers: ['Value'],
    run(input, { principal }) {
      const written = writeParameter(store, input, callerArn(principal));
      return { Version: written.version, Tier: written.tier };
    },
  });

/** Checks a write as AWS does, then makes it. Throws AwsError. */
export function writeParameter(store: ParameterStore, input: PutParameter, modifiedBy: string): ParameterVersion {
  const existing = store.find(input.Name);
  const current = existing?.versions.at(-1);
  checkMayWrite(existing, input);
  const type = input.Type ?? current?.type;
  if (type === undefined) {
    throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  }
  checkPattern(input);
  const written = store.write(input.Name, {
    value: input.Value,
    type,
    tier: tierFor(input, current?.tier),
    modifiedBy,
    dataType: input.DataType,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.AllowedPattern === undefined ? {} : { allowedPattern: input.AllowedPattern }),
  });
  for (const { Key, Value } of input.Tags ?? []) store.find(input.Name)?.tags.set(Key, Value);
  return written;
}

function checkMayWrite(existing: Parameter | undefined, input: PutParameter): void {
  if (input.Policies !== undefined) throw notSimulated('parameter policies');
  if (existing !== undefined && !input.Overwrite) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  if (input.Overwrite && input.Tags !== undefined) {
    throw new AwsError(
      'ValidationException',
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove " +
        'overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.',
    );
  }
}

function tierFor({ Tier: wanted, Value }: PutParameter, current: Tier | undefined): Tier {
  const size = Buffer.byteLength(Value);
  if (wanted === 'Standard' && current === 'Advanced') {
    throw new AwsError(
      'ValidationException',
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier " +
        'to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.',
    );
  }
  const fitsStandard = size <= limits.standardBytes;
  const tier = wanted === 'Intelligent-Tiering' ? (fitsStandard ? 'Standard' : 'Advanced') : (wanted ?? 'Standard');
  const effective = current === 'Advanced' ? 'Advanced' : tier;
  const allowed = effective === 'Advanced' ? limits.advancedBytes : limits.standardBytes;
  if (size > allowed) throw tooLarge(effective, allowed);
  return effective;
}

function tooLarge(tier: Tier, allowed: number): AwsError {
  const remedy =
    tier === 'Standard'
      ? ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see ' +
        'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html'
      : '';
  return new AwsError(
    'ValidationException',
    `${tier} tier parameters support a maximum parameter value of ${allowed} characters.${remedy}`,
  );
}

function checkPattern({ AllowedPattern, Name, Value }: PutParameter): void {
  if (AllowedPattern === undefined || new RegExp(AllowedPattern).test(Value)) return;
  throw new AwsError(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern} of ${Name}`,
  );
}

const deleteParameter = (store: ParameterStore) =>
  operation({
    input: z.strictObject({ Name: nameShape }),
    resources: ({ Name }) => [store.arnOf(Name)],
    run({ Name }) {
      if (!store.delete(Name)) throw parameterNotFound();
    },
  });

const deleteParameters = (store: ParameterStore) =>
  operation({
    input: z.strictObject({ Names: z.array(nameShape).min(1).max(limits.namesPerCall) }),
    resources: ({ Names }) => Names.map((name) => store.arnOf(name)),
    run({ Names }) {
      const DeletedParameters = Names.filter((name) => store.delete(name));
      return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
    },
  });

export function parameterNotFound(): AwsError {
  return new AwsError('ParameterNotFound', '');
}
