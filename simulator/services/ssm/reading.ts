import { z } from 'zod';
import { AwsError, notSimulated, operation } from '../../operation.ts';
import type { Operation } from '../../operation.ts';
import { page } from '../page.ts';
import { limits, selectorShape } from './shapes.ts';
import { ciphertext } from './store.ts';
import type { Parameter, ParameterStore, ParameterVersion } from './store.ts';
import { parameterNotFound } from './writing.ts';

/** Operations that read parameters. */
export function readingOperations(store: ParameterStore): Record<string, Operation> {
  return {
    GetParameter: getParameter(store),
    GetParameters: getParameters(store),
    GetParametersByPath: getParametersByPath(store),
    GetParameterHistory: getParameterHistory(store),
  };
}

const arns = (store: ParameterStore, selectors: readonly string[]) =>
  selectors.map((selector) => store.arnOf(store.nameOf(selector).split(':', 1)[0]!));

const getParameter = (store: ParameterStore) =>
  operation({
    input: z.strictObject({ Name: selectorShape, WithDecryption: z.boolean().default(false) }),
    resources: ({ Name }) => arns(store, [Name]),
    run({ Name, WithDecryption }) {
      const found = store.select(Name);
      if (found === undefined) throw parameterNotFound();
      return { Parameter: shown(store, found, WithDecryption) };
    },
  });

const getParameters = (store: ParameterStore) =>
  operation({
    input: z.strictObject({
      Names: z.array(selectorShape).min(1).max(limits.namesPerCall),
      WithDecryption: z.boolean().default(false),
    }),
    resources: ({ Names }) => arns(store, Names),
    run({ Names, WithDecryption }) {
      const selected = [...new Set(Names)].map((name) => ({ name, found: selectOrNothing(store, name) }));
      return {
        Parameters: selected.flatMap(({ found }) => (found === undefined ? [] : [shown(store, found, WithDecryption)])),
        InvalidParameters: selected.filter(({ found }) => found === undefined).map(({ name }) => name),
      };
    },
  });

/** GetParameters counts a missing version among the invalid names instead of failing. */
function selectOrNothing(store: ParameterStore, selector: string) {
  try {
    return store.select(selector);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

const getParametersByPath = (store: ParameterStore) =>
  operation({
    input: z.strictObject({
      Path: z.string().min(1).max(2048),
      Recursive: z.boolean().default(false),
      WithDecryption: z.boolean().default(false),
      MaxResults: z.number().int().min(1).max(limits.parametersPerPage).default(limits.parametersPerPage),
      NextToken: z.string().optional(),
      ParameterFilters: z.array(z.unknown()).optional(),
    }),
    // The path itself, not only what is below it.
    resources: ({ Path }) => [store.arnOf(Path.replace(/\/$/, ''))],
    conditions: ({ Recursive }) => ({ 'ssm:Recursive': String(Recursive) }),
    run({ Path, Recursive, WithDecryption, MaxResults, NextToken, ParameterFilters }) {
      if (ParameterFilters !== undefined) throw notSimulated('ParameterFilters');
      if (!Path.startsWith('/')) {
        throw new AwsError(
          'ValidationException',
          'The parameter path must be a fully qualified name, beginning with a forward slash (/).',
        );
      }
      const prefix = Path.endsWith('/') ? Path : `${Path}/`;
      const under = store
        .all()
        .filter(({ name }) => name.startsWith(prefix) && (Recursive || !name.slice(prefix.length).includes('/')))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      const { items, next } = page(under, MaxResults, NextToken, 'InvalidNextToken');
      return {
        Parameters: items.map((parameter) =>
          shown(store, { parameter, version: parameter.versions.at(-1)! }, WithDecryption),
        ),
        NextToken: next,
      };
    },
  });

const getParameterHistory = (store: ParameterStore) =>
  operation({
    input: z.strictObject({
      Name: selectorShape,
      WithDecryption: z.boolean().default(false),
      MaxResults: z.number().int().min(1).max(limits.historyPerPage).default(limits.historyPerPage),
      NextToken: z.string().optional(),
    }),
    resources: ({ Name }) => arns(store, [Name]),
    run({ Name, WithDecryption, MaxResults, NextToken }) {
      const parameter = store.find(Name);
      const versions = parameter === undefined ? [] : store.visible(parameter, store.settings.historyLagSeconds);
      if (parameter === undefined || versions.length === 0) throw parameterNotFound();
      const { items, next } = page(versions, MaxResults, NextToken, 'InvalidNextToken');
      return {
        Parameters: items.map((version) => ({
          Name: parameter.name,
          ...valueAndType(version, WithDecryption),
          LastModifiedUser: version.modifiedBy,
          Description: version.description,
          AllowedPattern: version.allowedPattern,
          Labels: [],
          Policies: [],
          Tier: version.tier,
        })),
        NextToken: next,
      };
    },
  });

type Selected = { parameter: Parameter; version: ParameterVersion; selector?: string };

function shown(store: ParameterStore, { parameter, version, selector }: Selected, decrypt: boolean) {
  return {
    Name: parameter.name,
    ...valueAndType(version, decrypt),
    ARN: store.arnOf(parameter.name),
    Selector: selector,
  };
}

function valueAndType(version: ParameterVersion, decrypt: boolean) {
  const sealed = version.type === 'SecureString' && !decrypt;
  return {
    Type: version.type,
    Value: sealed ? ciphertext(version.value) : version.value,
    Version: version.version,
    LastModifiedDate: version.modified,
    DataType: version.dataType,
  };
}
