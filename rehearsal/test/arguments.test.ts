import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readArguments, usage, UsageError } from '../arguments.ts';
import { scenarioNames } from '../scenarios/names.ts';

test('without arguments the healthy scenario runs in processes, ten times faster than AWS', () => {
  expect(readArguments([])).toMatchObject({
    scenario: 'healthy',
    driver: 'process',
    speed: 10,
    force: true,
    exit: false,
  });
});

test.each([
  [['--scenario', 'sunny'], '--scenario is one of healthy'],
  [['--driver', 'docker'], '--driver is one of process, model'],
  [['--builder', 'podman'], '--builder is one of stand-in, docker'],
  [['--speed', '0'], '--speed is a number from 0.1 to 1000'],
  [['--speed', 'NaN'], '--speed is a number'],
  [['--seed', '-1'], 'seed'],
  [['--seed', '1.5'], '--seed is a whole number'],
  [['--port', '70000'], '--port is a number from 0 to 65535'],
  [['--force', 'yes'], '--force is one of true, false'],
  [['--report', ''], '--report wants the name of a file'],
  [['--exti'], '--exti'],
  [['deploy'], 'deploy'],
])('%j is refused with what would be right', (argv, sentence) => {
  expect(() => readArguments(argv)).toThrow(UsageError);
  expect(() => readArguments(argv)).toThrow(sentence);
});

test('the seed is drawn when none is given, and kept when one is', () => {
  expect(readArguments([])).toHaveProperty('seed', expect.any(Number));
  expect(readArguments(['--seed', '42'])).toHaveProperty('seed', 42);
});

test('the README names every option and every scenario', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const options = (usage.match(/--[a-z]+/g) ?? []).filter((option) => option !== '--help');
  expect([...options, ...scenarioNames].filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
});
