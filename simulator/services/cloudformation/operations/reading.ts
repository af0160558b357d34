import { z } from 'zod';
import { operation } from '../../../operation.ts';
import type { Operation } from '../../../operation.ts';
import { page } from '../../page.ts';
import { invalid } from '../errors.ts';
import type { StackBook } from '../stack/book.ts';
import { isDeleted } from '../stack/state.ts';
import type { Stack, StackEvent, StackResource } from '../stack/state.ts';
import { list, stackName } from './shapes.ts';
import { resourcesOf } from './stacks.ts';

const NextToken = z.string().optional();

/** What there is, and what became of it. */
export function readingOperations(book: StackBook): Record<string, Operation> {
  const resources = resourcesOf(book);
  const ofStack = { StackName: stackName, NextToken };
  return {
    DescribeStacks: operation({
      input: z.strictObject({ StackName: stackName.optional(), NextToken }),
      resources,
      run({ StackName, NextToken: token }) {
        const found = StackName === undefined ? book.all().filter((it) => !isDeleted(it)) : [book.require(StackName)];
        const { items, next } = page(found, 100, token, 'ValidationError');
        return { Stacks: items.map(describeStack), NextToken: next };
      },
    }),
    ListStacks: operation({
      input: z.strictObject({ StackStatusFilter: list(z.string()), NextToken }),
      run({ StackStatusFilter, NextToken: token }) {
        const found = book
          .all()
          .filter(({ status }) => StackStatusFilter.length === 0 || StackStatusFilter.includes(status));
        const { items, next } = page(found, 100, token, 'ValidationError');
        return { StackSummaries: items.map(summarizeStack), NextToken: next };
      },
    }),
    DescribeStackEvents: operation({
      input: z.strictObject(ofStack),
      resources,
      run({ StackName, NextToken: token }) {
        const stack = book.require(StackName);
        const { items, next } = page(stack.events.toReversed(), 100, token, 'ValidationError');
        return { StackEvents: items.map((event) => describeEvent(stack, event)), NextToken: next };
      },
    }),
    ListStackResources: operation({
      input: z.strictObject(ofStack),
      resources,
      run({ StackName, NextToken: token }) {
        const stack = book.require(StackName);
        const { items, next } = page([...stack.resources.values()], 100, token, 'ValidationError');
        const described = items.map(({ updated, ...rest }) => ({
          ...describeResource({ updated, ...rest }),
          LastUpdatedTimestamp: updated,
        }));
        return { StackResourceSummaries: described, NextToken: next };
      },
    }),
    DescribeStackResources: operation({
      input: z.strictObject({ StackName: stackName, LogicalResourceId: z.string().optional() }),
      resources,
      run({ StackName, LogicalResourceId: wanted }) {
        const stack = book.require(StackName);
        const found = [...stack.resources.values()].filter(
          ({ logicalId }) => wanted === undefined || logicalId === wanted,
        );
        return { StackResources: found.map((one) => ofStackNamed(stack, one)) };
      },
    }),
    DescribeStackResource: operation({
      input: z.strictObject({ StackName: stackName, LogicalResourceId: z.string() }),
      resources,
      run({ StackName, LogicalResourceId: wanted }) {
        const stack = book.require(StackName);
        const found = stack.resources.get(wanted);
        if (found === undefined) throw invalid(`Resource ${wanted} does not exist for stack ${stack.name}`);
        return { StackResourceDetail: { ...ofStackNamed(stack, found), LastUpdatedTimestamp: found.updated } };
      },
    }),
    ListExports: operation({
      input: z.strictObject({ NextToken }),
      run({ NextToken: token }) {
        const { items, next } = page(book.exports(), 100, token, 'ValidationError');
        const described = items.map(({ stack, exportName, value }) => ({
          ExportingStackId: stack.id,
          Name: exportName,
          Value: value,
        }));
        return { Exports: described, NextToken: next };
      },
    }),
    ListImports: operation({
      input: z.strictObject({ ExportName: z.string(), NextToken }),
      run({ ExportName, NextToken: token }) {
        const importers = book.importersOf(ExportName).map(({ name }) => name);
        if (importers.length === 0) throw invalid(`Export '${ExportName}' is not imported by any stack.`);
        const { items, next } = page(importers, 100, token, 'ValidationError');
        return { Imports: items, NextToken: next };
      },
    }),
  };
}

function summarizeStack(stack: Stack) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.deployed?.template.description,
    CreationTime: stack.created,
    LastUpdatedTime: stack.updated,
    DeletionTime: stack.deleted,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function describeStack(stack: Stack) {
  const { deployed, outputs } = stack;
  const { TemplateDescription: Description, ...summary } = summarizeStack(stack);
  const parameters = Object.entries(deployed?.parameters ?? {});
  return {
    ...summary,
    Description,
    Parameters: parameters.map(([ParameterKey, { said, value }]) => ({
      ParameterKey,
      ParameterValue: deployed?.template.parameters[ParameterKey]?.NoEcho === true ? '****' : said,
      ResolvedValue: value === said ? undefined : String(value),
    })),
    Outputs: outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    Capabilities: deployed?.capabilities ?? [],
    Tags: deployed?.tags ?? [],
    RoleARN: deployed?.roleArn,
    DisableRollback: deployed?.onFailure === 'DO_NOTHING',
    EnableTerminationProtection: stack.terminationProtection,
    NotificationARNs: [],
  };
}

function describeEvent(stack: Stack, event: StackEvent) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    EventId: event.id,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: event.time,
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
  };
}

function describeResource({ logicalId, made, type, status, isSimulated }: StackResource) {
  return {
    LogicalResourceId: logicalId,
    PhysicalResourceId: made.ref,
    ResourceType: type,
    ResourceStatus: status,
    ResourceStatusReason: isSimulated ? undefined : 'not simulated',
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

const ofStackNamed = (stack: Stack, resource: StackResource) => ({
  StackName: stack.name,
  StackId: stack.id,
  ...describeResource(resource),
  Timestamp: resource.updated,
});
