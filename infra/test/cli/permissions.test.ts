import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseManifest } from '../../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../../lib/core/manifest/select.ts';
import { infraGrants } from '../../lib/policies/infra.ts';
import { exampleManifest } from '../synthesised.ts';

const readme = readFileSync(new URL('../../../actions/infra/README.md', import.meta.url), 'utf8');

test('the role that provisions may do exactly what the infra action’s README asks for', () => {
  const [, table = ''] = /## Permissions\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const asked = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => [
    ...cell.matchAll(/`([a-z]+:\w+)`/g),
  ]);
  const granted = infraGrants(selectEnvironment(parseManifest(exampleManifest), 'prod')).flatMap(
    ({ actions }) => actions,
  );
  expect(new Set(asked.map(([, action]) => action))).toEqual(new Set(granted));
});
