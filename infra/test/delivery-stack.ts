import { App } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import cdk from '../cdk.json' with { type: 'json' };
import { settingOf } from '../lib/setting.ts';
import { DeliveryStack } from '../lib/stacks/delivery.ts';
import { rolesOf, type TemplateRole } from './iam.ts';
import { exampleManifest } from './synthesised.ts';

/** The delivery stack alone, which takes no second: of the example, or of a manifest that differs from it. */
export function delivery(manifest = exampleManifest): Template {
  const setting = settingOf(selectEnvironment(parseManifest(manifest), 'prod'), { hash: 'h', registryHash: 'r' });
  const env = { account: setting.account, region: setting.region };
  return Template.fromStack(new DeliveryStack(new App({ context: cdk.context }), 'delivery', setting, { env }));
}

/** The role that GitHub takes to build, deploy, provision or plan. */
export function roleTo(role: 'build' | 'deploy' | 'infra' | 'plan', template = delivery()): TemplateRole {
  const found = rolesOf(template).get(`smartboard-prod-${role}`);
  if (found === undefined) throw new Error(`The delivery stack has no role to ${role}.`);
  return found;
}
