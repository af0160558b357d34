import { describe, expect, test } from '@jest/globals';
import { parseArguments } from '../cli-arguments.ts';

test('a port is enough', () => {
  expect(parseArguments(['--port', '4566'])).toEqual({
    help: false,
    port: 4566,
    driver: 'process',
    speed: 1,
    seed: 1,
    frontDoorPort: 0,
    trustsGithub: true,
    faults: undefined,
    log: undefined,
  });
});

describe('a mistake is a sentence', () => {
  test.each([
    [[], '--port is missing.'],
    [['--port', '70000'], "--port is a whole number from 0 to 65535, not '70000'."],
    [['--port', '0', '--driver', 'docker'], "--driver is process or model, not 'docker'."],
    [['--port', '0', '--github-provider', 'no'], "--github-provider is given or absent, not 'no'."],
    [['--port', '0', '--speed', '0'], "--speed is a number above 0 and at most 1000, not '0'."],
    [['--port', '0', '--seed', 'x'], "--seed is a whole number from 0 to 9007199254740991, not 'x'."],
    [['--prot', '0'], "Unknown option '--prot'"],
  ])('%j', (argv, sentence) => {
    expect(parseArguments(argv)).toEqual({ mistake: expect.stringContaining(sentence) });
  });
});
