import { expect, test } from '@jest/globals';
import { putImageInto } from '../task-definition-foreign.ts';
import type { TaskDefinition } from '../task-definition-compose.ts';

const wanted: TaskDefinition = {
  family: 'shop-prod-web',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'web',
      image: 'web@sha256:new',
      environment: [{ name: 'A', value: '1' }],
      secrets: [{ name: 'S', valueFrom: 'arn:aws:ssm:eu-west-1:111122223333:parameter/s' }],
    },
  ],
};
const all = { environment: true, sizes: true };

function current(...names: readonly string[]): TaskDefinition {
  return {
    family: 'web-by-terraform',
    cpu: '1024',
    memory: '2048',
    volumes: [{ name: 'scratch' }],
    containerDefinitions: names.map((name) => ({
      name,
      image: `${name}:old`,
      stopTimeout: 90,
      environment: [{ name: 'OLD', value: name }],
    })),
  };
}

function changed(definition: TaskDefinition, managed = all): TaskDefinition {
  const outcome = putImageInto(definition, wanted, managed);
  if (outcome.kind !== 'changed') throw new Error(outcome.kind);
  return outcome.definition;
}

test('takes the container that is called like the service, and leaves the others as they are', () => {
  const { containerDefinitions = [], ...rest } = changed(current('router', 'web'));
  expect(containerDefinitions[0]).toEqual(current('router').containerDefinitions?.[0]);
  expect(containerDefinitions[1]).toEqual({ ...wanted.containerDefinitions?.[0], stopTimeout: 90 });
  expect(rest).toEqual({ family: 'web-by-terraform', cpu: '256', memory: '512', volumes: [{ name: 'scratch' }] });
});

test('takes the only container, whatever its name, and keeps that', () => {
  expect(changed(current('app')).containerDefinitions).toMatchObject([{ name: 'app', image: 'web@sha256:new' }]);
});

test('keeps variables and sizes that the manifest says nothing of', () => {
  expect(changed(current('web'), { environment: false, sizes: false })).toMatchObject({
    cpu: '1024',
    memory: '2048',
    containerDefinitions: [{ image: 'web@sha256:new', environment: [{ name: 'OLD', value: 'web' }] }],
  });
});

test('guesses among several containers none that is called otherwise', () => {
  expect(putImageInto(current('router', 'app'), wanted, all)).toEqual({
    kind: 'no-container',
    containers: ['router', 'app'],
  });
});
