import { parseManifest } from '../../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../../lib/core/manifest/select.ts';
import { buildRole, deployRole } from '../../infra/roles.ts';
import { smallManifest } from '../stage/smartboard.ts';

/** Every action that a role's policies name. */
export function allowedActions(role: 'build' | 'deploy'): readonly string[] {
  const manifest = selectEnvironment(parseManifest(smallManifest), 'prod');
  const { properties } = { build: buildRole, deploy: deployRole }[role](manifest, 'example/smartboard');
  const policies = properties['Policies'] as { PolicyDocument: { Statement: { Action: string[] | string }[] } }[];
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return [...new Set(statements.flatMap(({ Action }) => Action))].sort();
}
