import type { Change, ChangeSet, Stack } from '../stack/state.ts';

/** AVAILABLE until it is executed, or the stack is changed in another way. */
export const executionStatus = ({ state, isEmpty }: ChangeSet) =>
  isEmpty
    ? 'UNAVAILABLE'
    : state === 'available'
      ? 'AVAILABLE'
      : state === 'executed'
        ? 'EXECUTE_COMPLETE'
        : 'OBSOLETE';

/** What every answer about a change set says. */
export function summarizeChangeSet(stack: Stack, changeSet: ChangeSet) {
  const { id, name, description, created, isEmpty } = changeSet;
  const nothing =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
  return {
    ChangeSetId: id,
    ChangeSetName: name,
    StackId: stack.id,
    StackName: stack.name,
    Description: description,
    CreationTime: created,
    ExecutionStatus: executionStatus(changeSet),
    Status: isEmpty ? 'FAILED' : 'CREATE_COMPLETE',
    StatusReason: isEmpty ? nothing : undefined,
  };
}

export function describeChange({ action, logicalId, type, physicalId, replaces, properties }: Change) {
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Replacement: action === 'Modify' ? (replaces ? 'True' : 'False') : undefined,
      Scope: action === 'Modify' ? ['Properties'] : [],
      Details: properties.map((Name) => ({
        Target: { Attribute: 'Properties', Name, RequiresRecreation: replaces ? 'Always' : 'Never' },
        Evaluation: 'Static',
        ChangeSource: 'DirectModification',
      })),
    },
  };
}
