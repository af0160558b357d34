import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { executionRoleName, taskRoleName } from '../../lib/core/names.ts';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import cdk from '../cdk.json' with { type: 'json' };
import { GrantedRole } from '../lib/constructs/granted-role.ts';
import { executionGrants } from '../lib/policies/execution.ts';
import { taskGrants } from '../lib/policies/task.ts';
import { taskTrust } from '../lib/policies/trust.ts';
import { settingOf } from '../lib/setting.ts';
import { DeliveryStack } from '../lib/stacks/delivery.ts';
import { rolesOf, type TemplateRole } from './iam.ts';
import { exampleManifest } from './synthesised.ts';

/** The delivery stack alone, which takes no second: of the example, or of a manifest that differs from it. */
export function delivery(manifest = exampleManifest): Template {
  const made = templates.get(manifest) ?? Template.fromStack(stackOf(manifest));
  templates.set(manifest, made);
  return made;
}

/** The role that GitHub takes to build, deploy, provision or plan. */
export function roleTo(role: 'build' | 'deploy' | 'infra' | 'plan', template = delivery()): TemplateRole {
  const found = rolesOf(template).get(`smartboard-prod-${role}`);
  if (found === undefined) throw new Error(`The delivery stack has no role to ${role}.`);
  return found;
}

export function stackOf(manifest: string): DeliveryStack {
  const setting = settingOf(selectEnvironment(parseManifest(manifest), 'prod'), { hash: 'h', registryHash: 'r' });
  const env = { account: setting.account, region: setting.region };
  return new DeliveryStack(new App({ context: cdk.context }), 'delivery', setting, { env });
}

/** Execution and task roles of a manifest's services, as the platform stack makes them. */
export function serviceRoles(manifest = exampleManifest): ReadonlyMap<string, TemplateRole> {
  const { whereabouts, manifest: selected } = settingOf(selectEnvironment(parseManifest(manifest), 'prod'), {
    hash: 'h',
    registryHash: 'r',
  });
  const stack = new Stack(new App({ context: cdk.context }), 'roles');
  const trust = taskTrust(selected);
  for (const service of selected.services.values()) {
    const named = { description: service.name, trust };
    const execution = executionRoleName(whereabouts, service.name);
    new GrantedRole(stack, execution, { ...named, roleName: execution, grants: executionGrants(selected, service) });
    const task = taskRoleName(whereabouts, service.name);
    new GrantedRole(stack, task, { ...named, roleName: task, grants: taskGrants(selected, service) });
  }
  return rolesOf(Template.fromStack(stack));
}

const templates = new Map<string, Template>();
