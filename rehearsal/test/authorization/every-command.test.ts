import { beforeAll, expect, test } from '@jest/globals';
import type { Authorization } from '../../../simulator/authorization.ts';
import { type Asked, playAll } from './play.ts';
import { allowedActions } from './allowed-actions.ts';
import { others, rows } from './rows.ts';
import { sdkCommands } from './sdk-commands.ts';

/** What the actions send is proven to be what their roles allow: each command was judged by a role's policies. */
let asked: Asked;
beforeAll(async () => {
  asked = await playAll();
}, 120_000);

const everything = (): readonly Authorization[] => [...asked.values()].flat();

test('every command of the SDK that lib/aws can send has a row, and every row such a command', () => {
  expect(rows.map(({ command }) => command).sort()).toEqual(sdkCommands());
});

test.each(rows)('$command is asked for in: $scenario', ({ command, scenario, besides }) => {
  const caused = asked.get(scenario)?.filter(({ cause }) => cause === command) ?? [];
  expect([...new Set(caused.map(({ action }) => action))].sort()).toEqual([command, ...besides].sort());
});

test('nothing is refused but values of secrets that need only be there: they are described instead', () => {
  const refused = everything().filter(({ verdict }) => verdict !== 'allowed');
  const questions = refused.map(({ principal, action, resource }) => {
    const [, role] = /assumed-role\/smartboard-prod-(\w+)\//.exec(principal) ?? [];
    return `${role} ${action} ${resource.replace(/-\w{6}$/, '')}`;
  });
  const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:smartboard/oidc/microsoft-client-secret';
  expect([...new Set(questions)]).toEqual([
    `deploy secretsmanager:GetSecretValue ${secret}`,
    'plan secretsmanager:BatchGetSecretValue *',
  ]);
});

test('what is asked is what the tables say, and no more', () => {
  const said = [
    ...rows.flatMap(({ command, besides }) => [command, ...besides].map((action) => `${command} ${action}`)),
    ...Object.entries(others).flatMap(([cause, actions]) => actions.map((action) => `${cause} ${action}`)),
  ];
  const pairs = new Set(everything().map(({ cause, action }) => `${cause} ${action}`));
  expect([...pairs].sort()).toEqual(said.sort());
});

test('every question is put to a role session, a trust policy, or ECS: no action works as the account', () => {
  const kinds = [
    /^arn:aws:sts::111122223333:assumed-role\/smartboard-prod-(build|deploy|plan)\//,
    /^arn:aws:sts::111122223333:assumed-role\/shop-creator\//,
    /^arn:aws:sts::111122223333:assumed-role\/smartboard-prod-[a-z-]+-execution\/[0-9a-f]{32}$/,
    /^arn:aws:iam::111122223333:oidc-provider\/token\.actions\.githubusercontent\.com$/,
    /^ecs-tasks\.amazonaws\.com$/,
  ];
  const strangers = everything().filter(({ principal }) => !kinds.some((kind) => kind.test(principal)));
  expect(strangers.map(({ principal }) => principal)).toEqual([]);
});

test.each(['build', 'deploy'] as const)('the role %s allows nothing that nobody asks for', (name) => {
  const own = everything().filter(({ principal }) => principal.includes(`assumed-role/smartboard-prod-${name}/`));
  const used = new Set(own.map(({ action }) => action));
  expect(allowedActions(name).filter((action) => !used.has(action))).toEqual(name === 'build' ? byBuildKit : []);
});

/** What the stand-in for docker has no need for, as it keeps no cache and pushes each layer at once. */
const byBuildKit = ['ecr:GetDownloadUrlForLayer', 'ecr:UploadLayerPart'];
