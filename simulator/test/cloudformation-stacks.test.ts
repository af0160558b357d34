import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListChangeSetsCommand,
  ListExportsCommand,
  ListImportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  UpdateTerminationProtectionCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { ask } from './account.ts';
import { outputsOf, parameter, stackWorld } from './stack-world.ts';

/** How stacks come, change and go, with the real SDK. */

const group = (name: string, days?: number) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: name, ...(days === undefined ? {} : { RetentionInDays: days }) },
});
/** A resource that its service refuses. */
const refused = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/wrong', RetentionInDays: 2 } };
/** A resource whose name CloudFormation makes up. */
const unnamed = (description: string) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { GroupDescription: description },
});

const exporting = (value: unknown) => ({ template: { Outputs: { O: { Value: value, Export: { Name: 'shared' } } } } });

type World = ReturnType<typeof stackWorld>;

const make = (world: World, Resources: object, ChangeSetType: 'CREATE' | 'UPDATE') => {
  const TemplateBody = JSON.stringify({ Resources });
  return world.cfn.send(
    new CreateChangeSetCommand({ StackName: 'it', ChangeSetName: 'next', ChangeSetType, TemplateBody }),
  );
};
const look = (world: World) => world.cfn.send(new DescribeChangeSetCommand({ StackName: 'it', ChangeSetName: 'next' }));

describe('a stack is created', () => {
  test('with its resources in the order of what they name, not of the template', async () => {
    const world = stackWorld();
    const stack = await world.create('it', { A: parameter('/a', { Ref: 'B' }), B: parameter('/b') });
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(world.cloud.ssm.valueOf('/a')).toBe('/b');
    expect(await world.events('it')).toEqual([
      'it CREATE_IN_PROGRESS: User Initiated',
      'B CREATE_IN_PROGRESS',
      'B CREATE_COMPLETE',
      'A CREATE_IN_PROGRESS',
      'A CREATE_COMPLETE',
      'it CREATE_COMPLETE',
    ]);
  });

  test('without the resources whose condition does not hold', async () => {
    const world = stackWorld();
    const template = { Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } };
    const resources = {
      A: parameter('/a', 'one', { DependsOn: 'B' }),
      B: parameter('/b', 'one', { Condition: 'Never' }),
    };
    expect(await world.create('it', resources, { template })).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect([world.cloud.ssm.valueOf('/a'), world.cloud.ssm.valueOf('/b')]).toEqual(['one', undefined]);
  });

  test('only once', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a') });
    await expect(world.create('it', { B: parameter('/b') })).rejects.toMatchObject({ name: 'AlreadyExistsException' });
  });

  test('and rolled back when a resource is refused: what was made is gone, the reason is in the events', async () => {
    const world = stackWorld();
    const stack = await world.create('it', { A: parameter('/a'), B: { ...refused, DependsOn: 'A' } });
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(world.cloud.ssm.valueOf('/a')).toBeUndefined();
    expect(await world.events('it')).toEqual([
      'it CREATE_IN_PROGRESS: User Initiated',
      'A CREATE_IN_PROGRESS',
      'A CREATE_COMPLETE',
      'B CREATE_IN_PROGRESS',
      expect.stringContaining('B CREATE_FAILED: '),
      'it ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [B]. Rollback requested by user.',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'it ROLLBACK_COMPLETE',
    ]);
    await expect(world.update('it', { A: parameter('/a') })).rejects.toThrow(
      'is in ROLLBACK_COMPLETE state and can not be updated',
    );
  });

  test('and left as it is when nobody wants a rollback', async () => {
    const world = stackWorld();
    const stack = await world.create(
      'it',
      { A: parameter('/a'), B: { ...refused, DependsOn: 'A' } },
      { DisableRollback: true },
    );
    expect([stack.StackStatus, world.cloud.ssm.valueOf('/a')]).toEqual(['CREATE_FAILED', 'one']);
  });

  test('but a retained resource survives the rollback, and its name stops the next try', async () => {
    const world = stackWorld();
    const retained = parameter('/a', 'one', { DeletionPolicy: 'Retain' });
    await world.create('it', { A: retained, B: { ...refused, DependsOn: 'A' } });
    await world.remove('it');
    expect((await world.create('it', { A: retained })).StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await world.events('it')).toContainEqual(
      expect.stringContaining('A CREATE_FAILED: The parameter already exists'),
    );
  });
});

const naming = (description: string) => ({ G: unnamed(description), A: parameter('/a', { Ref: 'G' }) });
const named = (description: string) => ({
  G: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupName: 'g', GroupDescription: description } },
});

describe('an update', () => {
  test('changes in place what may be changed, and touches nothing else', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a'), B: parameter('/b') });
    expect((await world.update('it', { A: parameter('/a', 'two'), B: parameter('/b') })).StackStatus).toBe(
      'UPDATE_COMPLETE',
    );
    expect(world.cloud.ssm.valueOf('/a')).toBe('two');
    expect((await world.events('it')).slice(6)).toEqual([
      'it UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'it UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'it UPDATE_COMPLETE',
    ]);
  });

  test('that changes nothing is refused', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a') });
    await expect(world.update('it', { A: parameter('/a') })).rejects.toThrow('No updates are to be performed.');
  });

  test('replaces what cannot be changed: the new one first, then whoever names it, then the old one goes', async () => {
    const world = stackWorld();
    await world.create('it', naming('one'));
    const before = world.cloud.ssm.valueOf('/a')!;
    await world.update('it', naming('two'));
    const after = world.cloud.ssm.valueOf('/a')!;
    expect([after === before, [...world.cloud.ec2.securityGroups.keys()]]).toEqual([false, [after]]);
    expect((await world.events('it')).slice(6)).toEqual([
      'it UPDATE_IN_PROGRESS: User Initiated',
      'G UPDATE_IN_PROGRESS',
      'G UPDATE_COMPLETE',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'it UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'G DELETE_IN_PROGRESS',
      'G DELETE_COMPLETE',
      'it UPDATE_COMPLETE',
    ]);
  });

  test('cannot replace a resource under the same name of its own', async () => {
    const world = stackWorld();
    await world.create('it', named('one'));
    expect((await world.update('it', named('two'))).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await world.events('it')).toContainEqual(
      'G UPDATE_FAILED: CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename g and update the stack again.',
    );
  });

  test('keeps a replaced resource whose policy says so, and one that the template has no more', async () => {
    const world = stackWorld();
    const keep = { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Retain' };
    await world.create('it', {
      G: { ...unnamed('one'), ...keep },
      A: parameter('/a', 'one', keep),
      B: parameter('/b'),
    });
    await world.update('it', { G: { ...unnamed('two'), ...keep } });
    expect(world.cloud.ec2.securityGroups.size).toBe(2);
    expect([world.cloud.ssm.valueOf('/a'), world.cloud.ssm.valueOf('/b')]).toEqual(['one', undefined]);
    expect(await world.events('it')).toEqual(
      expect.arrayContaining(['A DELETE_SKIPPED', 'B DELETE_COMPLETE', 'G DELETE_SKIPPED']),
    );
  });

  test('that fails is taken back: changes are reversed, what was new is gone, what was to go stays', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a'), G: unnamed('one'), Old: parameter('/old') });
    const [before] = world.cloud.ec2.securityGroups.keys();
    const broken = {
      A: parameter('/a', 'two'),
      G: unnamed('two'),
      New: parameter('/new'),
      B: { ...refused, DependsOn: ['A', 'G', 'New'] },
    };
    expect((await world.update('it', broken)).StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    const values = ['/a', '/new', '/old'].map((name) => world.cloud.ssm.valueOf(name));
    expect([values, [...world.cloud.ec2.securityGroups.keys()]]).toEqual([['one', undefined, 'one'], [before]]);
    const { StackResources } = await world.cfn.send(new DescribeStackResourcesCommand({ StackName: 'it' }));
    expect(StackResources?.map(({ LogicalResourceId }) => LogicalResourceId).toSorted()).toEqual(['A', 'G', 'Old']);
    expect(await world.update('it', { A: parameter('/a', 'three') })).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });
});

describe('exports', () => {
  const importing = { B: parameter('/b', { 'Fn::ImportValue': 'shared' }) };

  const shared = async () => {
    const world = stackWorld();
    await world.create('one', { A: parameter('/a') }, exporting({ Ref: 'A' }));
    await world.create('two', importing);
    return world;
  };

  test('are read by other stacks', async () => {
    const world = await shared();
    expect(world.cloud.ssm.valueOf('/b')).toBe('/a');
    const { Exports } = await world.cfn.send(new ListExportsCommand({}));
    expect(Exports).toMatchObject([{ Name: 'shared', Value: '/a' }]);
  });

  test('in use cannot be changed', async () => {
    const world = await shared();
    expect((await world.update('one', { A: parameter('/other') }, exporting({ Ref: 'A' }))).StackStatus).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(await world.events('one')).toContainEqual(
      'one UPDATE_ROLLBACK_IN_PROGRESS: Export shared cannot be updated as it is in use by two',
    );
    expect(world.cloud.ssm.valueOf('/a')).toBe('one');
  });

  test('in use keep their stack from being deleted, which says so in an event and stays as it was', async () => {
    const world = await shared();
    expect((await world.remove('one')).StackStatus).toBe('CREATE_COMPLETE');
    expect((await world.events('one')).at(-1)).toBe(
      'one CREATE_COMPLETE: Export shared cannot be deleted as it is in use by two',
    );
    await world.remove('two');
    expect((await world.remove('one')).StackStatus).toBe('DELETE_COMPLETE');
  });

  test('have names of their own', async () => {
    const world = await shared();
    expect((await world.create('three', { C: parameter('/c') }, exporting('x'))).StackStatus).toBe('ROLLBACK_COMPLETE');
  });

  test('that nobody makes fail whoever wants them', async () => {
    const world = stackWorld();
    expect((await world.create('two', importing)).StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await world.events('two')).toContain('B CREATE_FAILED: No export named shared found.');
  });
});

describe('a deletion', () => {
  test('removes resources, last made first, and leaves a trace', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a'), B: parameter('/b', { Ref: 'A' }) });
    expect((await world.remove('it')).StackStatus).toBe('DELETE_COMPLETE');
    const { StackSummaries } = await world.cfn.send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
    expect(StackSummaries).toMatchObject([{ StackName: 'it' }]);
    expect((await world.events(StackSummaries![0]!.StackId!)).slice(-5)).toEqual([
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'it DELETE_COMPLETE',
    ]);
    await expect(world.describe('it')).rejects.toThrow('Stack with id it does not exist');
  });

  test('is refused while the stack is protected', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a') }, { EnableTerminationProtection: true });
    await expect(world.remove('it')).rejects.toThrow('cannot be deleted while TerminationProtection is enabled');
    await world.cfn.send(
      new UpdateTerminationProtectionCommand({ StackName: 'it', EnableTerminationProtection: false }),
    );
    expect((await world.remove('it')).StackStatus).toBe('DELETE_COMPLETE');
  });

  test('fails at a bucket that is not empty, and keeps it', async () => {
    const world = stackWorld();
    await world.create('it', {
      A: parameter('/a'),
      B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } },
    });
    await world.s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'k', Body: 'x' }));
    const stack = await world.remove('it');
    expect([stack.StackStatus, stack.StackStatusReason]).toEqual([
      'DELETE_FAILED',
      'The following resource(s) failed to delete: [B]. ',
    ]);
    expect(await world.events('it')).toContain('B DELETE_FAILED: The bucket you tried to delete is not empty');
  });
});

test('a bucket that keeps its stack from going can be left behind', async () => {
  const world = stackWorld();
  await world.create('it', { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } } });
  await world.s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'k', Body: 'x' }));
  const early = world.cfn.send(new DeleteStackCommand({ StackName: 'it', RetainResources: ['B'] }));
  await expect(early).rejects.toThrow('only when the stack is in the DELETE_FAILED state');
  const { StackId } = await world.remove('it');
  await world.cfn.send(new DeleteStackCommand({ StackName: 'it', RetainResources: ['B'] }));
  expect((await world.describe(StackId!)).StackStatus).toBe('DELETE_COMPLETE');
  expect(await world.events(StackId!)).toContain('B DELETE_SKIPPED');
});

test('a stack that is to leave nothing behind when it fails is gone, with its reasons to be read', async () => {
  const world = stackWorld();
  const stack = await world.create(
    'it',
    { A: parameter('/a'), B: { ...refused, DependsOn: 'A' } },
    { OnFailure: 'DELETE' },
  );
  expect([stack.StackStatus, world.cloud.ssm.valueOf('/a')]).toEqual(['DELETE_COMPLETE', undefined]);
  expect(await world.events(stack.StackId!)).toContainEqual(expect.stringContaining('B CREATE_FAILED: '));
});

test('what a stack has, who imports what, and what a template asks for can be read', async () => {
  const world = stackWorld();
  await world.create('one', { A: parameter('/a') }, exporting({ Ref: 'A' }));
  await world.create('two', { B: parameter('/b', { 'Fn::ImportValue': 'shared' }) });
  const { StackResourceSummaries } = await world.cfn.send(new ListStackResourcesCommand({ StackName: 'one' }));
  expect(StackResourceSummaries).toMatchObject([
    { LogicalResourceId: 'A', PhysicalResourceId: '/a', ResourceStatus: 'CREATE_COMPLETE' },
  ]);
  expect((await world.cfn.send(new ListImportsCommand({ ExportName: 'shared' }))).Imports).toEqual(['two']);
  const absent = world.cfn.send(new DescribeStackResourceCommand({ StackName: 'one', LogicalResourceId: 'B' }));
  await expect(absent).rejects.toThrow('Resource B does not exist for stack one');
  const TemplateBody = JSON.stringify({
    Parameters: { P: { Type: 'String', Default: 'd' } },
    Resources: { R: { Type: 'AWS::IAM::Role', Properties: {} } },
  });
  expect(await world.cfn.send(new ValidateTemplateCommand({ TemplateBody }))).toMatchObject({
    Parameters: [{ ParameterKey: 'P', DefaultValue: 'd' }],
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  });
});

describe('a change set', () => {
  test('of a stack that is not there yet is reviewed first, and makes it when it is executed', async () => {
    const world = stackWorld();
    await make(world, { A: parameter('/a') }, 'CREATE');
    expect((await look(world)).Changes).toMatchObject([{ ResourceChange: { Action: 'Add', LogicalResourceId: 'A' } }]);
    const reviewed = await world.cfn.send(new GetTemplateCommand({ StackName: 'it' }));
    expect([world.cloud.ssm.valueOf('/a'), reviewed.TemplateBody]).toEqual([undefined, '']);
    await world.cfn.send(new ExecuteChangeSetCommand({ StackName: 'it', ChangeSetName: 'next' }));
    expect((await world.describe('it')).StackStatus).toBe('CREATE_COMPLETE');
    expect(JSON.parse((await world.cfn.send(new GetTemplateCommand({ StackName: 'it' }))).TemplateBody!)).toEqual({
      Resources: { A: parameter('/a') },
    });
  });

  test('says what is replaced, what only changes with it, what comes and what goes', async () => {
    const world = stackWorld();
    await world.create('it', {
      G: unnamed('one'),
      A: parameter('/a', { Ref: 'G' }),
      L: group('/l'),
      Old: parameter('/old'),
    });
    await make(
      world,
      { G: unnamed('two'), A: parameter('/a', { Ref: 'G' }), L: group('/l', 7), New: parameter('/new') },
      'UPDATE',
    );
    const { Changes = [], Status } = await look(world);
    const said = Changes.map(({ ResourceChange: change }) => [
      change?.LogicalResourceId,
      change?.Action,
      change?.Replacement,
    ]);
    expect([Status, said]).toEqual([
      'CREATE_COMPLETE',
      [
        ['G', 'Modify', 'True'],
        ['A', 'Modify', 'False'],
        ['L', 'Modify', 'False'],
        ['New', 'Add', undefined],
        ['Old', 'Remove', undefined],
      ],
    ]);
  });

  test('without changes has failed, and cannot be executed', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a') });
    await make(world, { A: parameter('/a') }, 'UPDATE');
    expect(await look(world)).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason: expect.stringContaining("didn't contain changes"),
    });
    const execution = world.cfn.send(new ExecuteChangeSetCommand({ StackName: 'it', ChangeSetName: 'next' }));
    await expect(execution).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
  });

  test('is listed until it is deleted', async () => {
    const world = stackWorld();
    await make(world, { A: parameter('/a') }, 'CREATE');
    const listed = async () => (await world.cfn.send(new ListChangeSetsCommand({ StackName: 'it' }))).Summaries?.length;
    expect(await listed()).toBe(1);
    await world.cfn.send(new DeleteChangeSetCommand({ StackName: 'it', ChangeSetName: 'next' }));
    expect(await listed()).toBe(0);
    await expect(look(world)).rejects.toMatchObject({ name: 'ChangeSetNotFoundException' });
  });

  test('is obsolete once the stack was changed in another way', async () => {
    const world = stackWorld();
    await world.create('it', { A: parameter('/a') });
    await make(world, { A: parameter('/a', 'two') }, 'UPDATE');
    await world.update('it', { A: parameter('/a', 'three') });
    expect((await look(world)).ExecutionStatus).toBe('OBSOLETE');
  });
});

test('a template may lie in a bucket', async () => {
  const world = stackWorld();
  await world.cloud.provision([{ id: 'b', type: 'AWS::S3::Bucket', properties: { BucketName: 'templates' } }]);
  const Body = JSON.stringify({ Description: 'from a bucket', Resources: { A: parameter('/a') } });
  await world.s3.send(new PutObjectCommand({ Bucket: 'templates', Key: 'x/it.json', Body }));
  const urls = [
    'https://s3.eu-west-1.amazonaws.com/templates/x/it.json',
    'https://templates.s3.eu-west-1.amazonaws.com/x/it.json',
  ];
  for (const TemplateURL of urls) {
    const summary = await world.cfn.send(new GetTemplateSummaryCommand({ TemplateURL }));
    expect([summary.Description, summary.ResourceTypes]).toEqual(['from a bucket', ['AWS::SSM::Parameter']]);
  }
  const elsewhere = world.cfn.send(new GetTemplateSummaryCommand({ TemplateURL: `${urls[0]}.old` }));
  await expect(elsewhere).rejects.toThrow('The specified key does not exist');
});

test('what only looks as if it were there is named as not simulated, to the caller and to whoever runs the simulator', async () => {
  const world = stackWorld();
  const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } };
  const stack = await world.create(
    'it',
    { T: topic, A: parameter('/a') },
    { template: { Outputs: { T: { Value: { Ref: 'T' } } } } },
  );
  expect(outputsOf(stack)).toEqual({ T: 'arn:aws:sns:eu-west-1:111122223333:alarms' });
  expect(await world.events('it')).toContain('T CREATE_COMPLETE: not simulated');
  const { json } = await ask(world.cloud, '/_simulator/stacks');
  expect(json).toMatchObject([
    { name: 'it', status: 'CREATE_COMPLETE', notSimulated: [{ logicalId: 'T', type: 'AWS::SNS::Topic' }] },
  ]);
});
