import { expect, test } from '@jest/globals';
import { compareDefinitions, isSameDefinition } from '../task-definition-compare.ts';
import type { TaskDefinition } from '../task-definition-compose.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function definition(container: object = {}, changes: object = {}): TaskDefinition {
  return {
    family: 'smartboard-prod-web',
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'web',
        image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/smartboard-web@${digest('a')}`,
        environment: [
          { name: 'A', value: '1' },
          { name: 'B', value: '' },
        ],
        portMappings: [{ containerPort: 3000 }],
        ...container,
      },
    ],
    ...changes,
  };
}

/** As DescribeTaskDefinition gives it back: defaults added, other order. */
const described = definition(
  {
    cpu: 0,
    essential: true,
    environment: [
      { name: 'B', value: '' },
      { name: 'A', value: '1' },
    ],
    portMappings: [{ containerPort: 3000, hostPort: 3000, protocol: 'tcp' }],
    mountPoints: [],
    volumesFrom: [],
    secrets: [],
  },
  { volumes: [], placementConstraints: [] },
);

test('knows a definition again after ECS has added its defaults', () => {
  expect(isSameDefinition(described, definition())).toBe(true);
  expect(compareDefinitions(described, definition())).toEqual([]);
});

const differences: readonly [what: string, container: object, changes: object][] = [
  ['image', { image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/smartboard-web@${digest('b')}` }, {}],
  [
    'environment A',
    {
      environment: [
        { name: 'A', value: '2' },
        { name: 'B', value: '' },
      ],
    },
    {},
  ],
  ['environment B', { environment: [{ name: 'A', value: '1' }] }, {}],
  [
    'secret KEY',
    { secrets: [{ name: 'KEY', valueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:x-abcdef' }] },
    {},
  ],
  ['memory', {}, { memory: '1024' }],
  ['portMappings', { portMappings: [{ containerPort: 3001 }] }, {}],
  ['essential', { essential: false }, {}],
];

test.each(differences)('names a change of %s and nothing else', (what, container, changes) => {
  const wanted = definition(container, changes);
  expect(isSameDefinition(described, wanted)).toBe(false);
  expect(compareDefinitions(described, wanted).map((change) => change.what)).toEqual([what]);
});

test('shows no value of a variable', () => {
  const before = definition({ environment: [{ name: 'A', value: 'confidential-one' }] });
  const after = definition({ environment: [{ name: 'A', value: 'confidential-two' }] });
  expect(JSON.stringify(compareDefinitions(before, after))).not.toContain('confidential');
});
