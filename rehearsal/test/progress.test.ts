import { expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { startProgress } from '../show/progress.ts';
import { describeServiceState } from '../show/service-state.ts';

function recorded(interactive: boolean) {
  const written: string[] = [];
  let time = 0;
  const progress = startProgress(['web', 'worker'], {
    write: (text) => written.push(text),
    interactive,
    styled: true,
    columns: () => 40,
    now: () => time,
  });
  return { written, progress, wait: (ms: number) => (time += ms) };
}

test('without a terminal a line is written only when something changed', () => {
  const { written, progress, wait } = recorded(false);
  progress.phase('deploy-ecs');
  progress.service('web', 'pending');
  wait(1500);
  progress.service('web', 'pending');
  progress.service('web', 'running');
  progress.end();
  expect(written).toEqual(['  0.0 s  deploy-ecs\n', '  0.0 s    web     pending\n', '  1.5 s    web     running\n']);
});

test('on a terminal every service keeps one line, drawn again in place and cut to the width', () => {
  const { written, progress } = recorded(true);
  progress.phase('deploy-ecs');
  progress.service('web', 'a state that is much longer than forty columns can ever show');
  progress.end();
  const last = written.at(-1) ?? '';
  expect(last.split('\n')).toHaveLength(4);
  expect(last.split('\n').every((line) => stripVTControlCharacters(line).length < 40)).toBe(true);
  expect(written.join('')).toContain('\u001B[3A');
});

test('the last picture is left once, and what is said later stands below it', () => {
  const { written, progress } = recorded(true);
  progress.phase('deploy-ecs');
  progress.end();
  const drawn = written.length;
  progress.end();
  progress.say('goodbye');
  expect(written.slice(drawn)).toEqual(['goodbye\n']);
});

const web = {
  service: 'smartboard-web',
  taskDefinition: 'web:2',
  deploymentId: 'ecs-svc/1',
  rolloutState: 'IN_PROGRESS',
  desired: 1,
  running: 1,
  runningDigests: [],
  deployments: 2,
};
const task = (taskDefinition: string, lastStatus: string, health: string) => ({
  id: '1',
  taskDefinition,
  lastStatus,
  health,
});

test.each([
  [[], 'IN_PROGRESS', 'waiting for a task'],
  [[task('web:1', 'RUNNING', 'HEALTHY')], 'IN_PROGRESS', 'waiting for a task, 1 of the last revision'],
  [[task('web:2', 'PENDING', 'UNKNOWN')], 'IN_PROGRESS', 'pending'],
  [[task('web:2', 'RUNNING', 'UNKNOWN')], 'IN_PROGRESS', 'running, health not known yet'],
  [[task('web:2', 'RUNNING', 'HEALTHY'), task('web:2', 'PENDING', 'UNKNOWN')], 'IN_PROGRESS', 'pending'],
  [[task('web:2', 'RUNNING', 'HEALTHY')], 'COMPLETED', 'running 1 of 1, healthy'],
  [[task('web:2', 'STOPPED', 'UNKNOWN')], 'FAILED', 'failed, going back'],
])('tasks %j of a deployment %s read as "%s"', (tasks, rolloutState, phrase) => {
  expect(describeServiceState({ ...web, tasks, rolloutState })).toBe(phrase);
});
