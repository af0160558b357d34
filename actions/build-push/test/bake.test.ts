import { expect, test } from '@jest/globals';
import { bakeDefinition, literal } from '../src/bake.ts';
import { explainBuildFailure } from '../src/build-failure.ts';
import type { ImagePlan } from '../src/plan.ts';

const web: ImagePlan = {
  service: 'web',
  repository: 'smartboard-web',
  build: {
    context: 'apps/web',
    dockerfile: 'docker/web.Dockerfile',
    target: 'production',
    args: new Map([['GREETING', 'hello ${USER} %{x}']]),
    platforms: ['linux/amd64'],
  },
};

test('a service becomes a target that is pushed by digest, with its text taken literally', () => {
  expect(bakeDefinition({ images: [web], address: 'registry.example' })).toEqual({
    group: { default: { targets: ['web'] } },
    target: {
      web: {
        context: 'apps/web',
        dockerfile: '../../docker/web.Dockerfile',
        target: 'production',
        args: { GREETING: 'hello $${USER} %%{x}' },
        platforms: ['linux/amd64'],
        output: ['type=image,name=registry.example/smartboard-web,push-by-digest=true,name-canonical=true,push=true'],
        attest: ['type=provenance,disabled=true', 'type=sbom,disabled=true'],
      },
    },
  });
});

test.each(['$HOME', '100 %', '`id`', '$(id)', '"; rm'])('%j means itself in a bake file', (text) => {
  expect(literal(text)).toBe(text);
});

test.each([
  ['ERROR: push-by-digest is currently not implemented for docker driver', 'docker/setup-buildx-action'],
  ["docker: 'buildx' is not a docker command.", 'buildx plugin'],
  ["unknown flag: --file\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help'", 'buildx plugin'],
  ['ERROR: failed to push x: 403 DENIED: not authorized', 'ecr:PutImage'],
  ['ERROR: write /layer: no space left on device', 'disk space'],
])('%s is explained with what to do', (output, remedy) => {
  const error = explainBuildFailure(1, ['#1 something', ...output.split('\n'), '']);
  expect(error.remedy).toContain(remedy);
});
