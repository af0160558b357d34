import { describe, expect, test } from '@jest/globals';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeDocumentCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import type { PutParameterCommandInput } from '@aws-sdk/client-ssm';
import { account, errorOf } from './account.ts';

function parameters() {
  const { ssm, cloud } = account();
  const put = (Name: string, Value: string, extra: Partial<PutParameterCommandInput> = {}) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...extra }));
  return { ssm, cloud, put };
}

test('a parameter is written once unless it may be overwritten', async () => {
  const { put } = parameters();
  expect((await put('/app/a', '1')).Version).toBe(1);
  expect((await errorOf(put('/app/a', '2'))).name).toBe('ParameterAlreadyExists');
  expect((await put('/app/a', '2', { Overwrite: true })).Version).toBe(2);
});

test('a SecureString is sealed until it is decrypted', async () => {
  const { put, ssm } = parameters();
  await put('/app/key', 'open sesame', { Type: 'SecureString' });
  const sealed = await ssm.send(new GetParameterCommand({ Name: '/app/key' }));
  const open = await ssm.send(new GetParameterCommand({ Name: '/app/key', WithDecryption: true }));
  expect(sealed.Parameter!.Value).not.toContain('sesame');
  expect(open.Parameter!.Value).toBe('open sesame');
});

test('names that are not there come back as invalid, without an error', async () => {
  const { put, ssm } = parameters();
  await put('/app/a', '1');
  const { Parameters, InvalidParameters } = await ssm.send(
    new GetParametersCommand({ Names: ['/app/a', '/app/b', '/app/a:7'] }),
  );
  expect(Parameters!.map(({ Name }) => Name)).toEqual(['/app/a']);
  expect(InvalidParameters).toEqual(['/app/b', '/app/a:7']);
});

test('a name may ask for one version, or be the ARN', async () => {
  const { put, ssm } = parameters();
  await put('/app/a', 'first');
  await put('/app/a', 'second', { Overwrite: true });
  const first = await ssm.send(new GetParameterCommand({ Name: '/app/a:1' }));
  expect(first.Parameter).toMatchObject({ Value: 'first', Selector: ':1' });
  const byArn = await ssm.send(new GetParameterCommand({ Name: first.Parameter!.ARN! }));
  expect(byArn.Parameter!.Value).toBe('second');
  const missing = await errorOf(ssm.send(new GetParameterCommand({ Name: '/app/a:3' })));
  expect(missing.name).toBe('ParameterVersionNotFound');
});

test('a path is read ten at a time, to any depth when asked, with or without a slash at its end', async () => {
  const { put, ssm } = parameters();
  for (let at = 10; at < 22; at++) await put(`/app/infra/p${at}`, 'x');
  await put('/app/infra/deep/one', 'x');
  await put('/app/infrastructure', 'x');
  const first = await ssm.send(new GetParametersByPathCommand({ Path: '/app/infra/' }));
  const second = await ssm.send(new GetParametersByPathCommand({ Path: '/app/infra', NextToken: first.NextToken }));
  expect([first.Parameters!.length, second.Parameters!.length, second.NextToken]).toEqual([10, 2, undefined]);
  const deep = await ssm.send(new GetParametersByPathCommand({ Path: '/app/infra', Recursive: true, MaxResults: 1 }));
  expect(deep.Parameters![0]!.Name).toBe('/app/infra/deep/one');
});

test('the newest hundred versions are kept, and history shows them fifty at a time', async () => {
  const { put, ssm, cloud } = parameters();
  cloud.rates.ssm = false;
  for (let at = 1; at <= 103; at++) await put('/app/lock', `v${at}`, { Overwrite: true });
  const first = await ssm.send(new GetParameterHistoryCommand({ Name: '/app/lock' }));
  const second = await ssm.send(new GetParameterHistoryCommand({ Name: '/app/lock', NextToken: first.NextToken }));
  const versions = [...first.Parameters!, ...second.Parameters!].map(({ Version }) => Version);
  expect(first.Parameters).toHaveLength(50);
  expect([versions[0], versions.at(-1), versions.length]).toEqual([4, 103, 100]);
});

test('a deleted parameter begins again at version 1', async () => {
  const { put, ssm } = parameters();
  await put('/app/a', '1');
  await put('/app/a', '2', { Overwrite: true });
  await ssm.send(new DeleteParameterCommand({ Name: '/app/a' }));
  expect((await errorOf(ssm.send(new GetParameterCommand({ Name: '/app/a' })))).name).toBe('ParameterNotFound');
  expect((await put('/app/a', '3')).Version).toBe(1);
});

test('tags are kept beside the parameter', async () => {
  const { put, ssm } = parameters();
  const resource = { ResourceType: 'Parameter', ResourceId: '/app/a' } as const;
  await put('/app/a', '1', { Tags: [{ Key: 'one', Value: '1' }] });
  await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'two', Value: '2' }] }));
  const { TagList } = await ssm.send(new ListTagsForResourceCommand(resource));
  expect(TagList!.map(({ Key }) => Key)).toEqual(['one', 'two']);
});

describe('a write is refused', () => {
  const cases: [string, string, Partial<PutParameterCommandInput>, RegExp][] = [
    ['of more than 4 KB', '/a', { Value: 'x'.repeat(4097) }, /Standard tier parameters support a maximum/],
    ['of more than 8 KB', '/a', { Value: 'x'.repeat(8193), Tier: 'Advanced' }, /Advanced tier .* 8192/],
    ['without a type', '/a', { Type: undefined }, /type is required/],
    ['of a relative path', 'a/b', {}, /fully qualified name/],
    ['in the namespace of AWS', '/aws/a', {}, /can't be prefixed/],
    ['of 16 levels', '/a'.repeat(16), {}, /maximum of 15 levels/],
    ['with tags over another', '/a', { Overwrite: true, Tags: [{ Key: 'k', Value: 'v' }] }, /tags and overwrite/],
    ['with an unknown type', '/a', { Type: 'Blob' as never }, /Type: /],
    ['against its pattern', '/a', { AllowedPattern: '^\\d+$' }, /allowedPattern/],
  ];
  test.each(cases)('%s', async (_, name, extra, message) => {
    const { put } = parameters();
    expect((await errorOf(put(name, 'x', extra))).message).toMatch(message);
  });

  test('that would make an advanced parameter standard again', async () => {
    const { put } = parameters();
    await put('/a', 'x', { Tier: 'Advanced' });
    const error = await errorOf(put('/a', 'x', { Tier: 'Standard', Overwrite: true }));
    expect(error.message).toContain("can't downgrade");
    expect((await put('/a', 'y', { Overwrite: true })).Tier).toBe('Advanced');
  });
});

test('eleven names are one too many', async () => {
  const { ssm } = parameters();
  const Names = Array.from({ length: 11 }, (_, at) => `/a${at}`);
  expect((await errorOf(ssm.send(new GetParametersCommand({ Names })))).name).toBe('ValidationException');
});

test('what AWS has and the simulator has not is refused loudly', async () => {
  const { ssm } = parameters();
  const error = await errorOf(ssm.send(new DescribeDocumentCommand({ Name: 'x' })));
  expect(error.message).toBe('The simulator does not simulate ssm:DescribeDocument.');
});
