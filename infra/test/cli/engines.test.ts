import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { auroraVersions } from '../../../lib/core/manifest/infra-rules/engines.ts';

const declared = readFileSync(
  join(dirname(createRequire(import.meta.url).resolve('aws-cdk-lib/package.json')), 'aws-rds/lib/cluster-engine.d.ts'),
  'utf8',
);

test('the versions of Aurora PostgreSQL that a manifest may name are those that CDK knows and does not call retired', () => {
  const members = declared.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*static readonly VER_(\d+)_(\d+): AuroraPostgresEngineVersion;/g,
  );
  const alive = [...members].flatMap(([, comment = '', major, minor]) =>
    comment.includes('@deprecated') || Number(major) < 15 ? [] : [`${major}.${minor}`],
  );
  expect(alive).toEqual(auroraVersions);
});
