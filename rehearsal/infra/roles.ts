import type { Service } from '../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { executionRoleName, roleName, taskRoleName, type Whereabouts } from '../../lib/core/names.ts';
import { buildGrants } from '../../infra/lib/policies/build.ts';
import { deployGrants } from '../../infra/lib/policies/deploy.ts';
import { policyOf, type Grant, type PolicyDocument } from '../../infra/lib/policies/document.ts';
import { executionGrants } from '../../infra/lib/policies/execution.ts';
import { planGrants } from '../../infra/lib/policies/plan.ts';
import { taskGrants } from '../../infra/lib/policies/task.ts';
import { githubTrust, taskTrust } from '../../infra/lib/policies/trust.ts';
import type { Resource } from '../simulated-aws.ts';

/**
 * Who is who in a rehearsal that does not wait for a synthesis: the roles of the infrastructure's own policies, in the
 * shape of AWS::IAM::Role. So a scenario that succeeds proves that they are enough.
 */

export type RoleScope = {
  readonly account: string;
  readonly region: string;
  readonly application: string;
  readonly environment: string;
  /** `owner/name` of the calling repository. */
  readonly repository: string;
};

/** Exactly what build-push's README asks for. */
export function buildRole(manifest: SelectedManifest, repository: string): Resource {
  return githubRole('build', manifest, { repository, grants: buildGrants(manifest) });
}

/** Exactly what the READMEs of the other three actions ask for. */
export function deployRole(manifest: SelectedManifest, repository: string): Resource {
  return githubRole('deploy', manifest, { repository, grants: deployGrants(manifest) });
}

/** What a plan of a pull request is made with: reads, and no value of a secret. */
export function planRole(manifest: SelectedManifest, repository: string): Resource {
  return githubRole('plan', manifest, { repository, grants: planGrants(manifest) });
}

export function executionRole(manifest: SelectedManifest, service: Service): Resource {
  const name = executionRoleName(whereaboutsOf(manifest), service.name);
  return role(name, taskTrust(manifest), executionGrants(manifest, service));
}

export function taskRole(manifest: SelectedManifest, service: Service): Resource {
  const name = taskRoleName(whereaboutsOf(manifest), service.name);
  return role(name, taskTrust(manifest), taskGrants(manifest, service));
}

export function roleArn(account: string, { properties }: Resource): string {
  return `arn:aws:iam::${account}:role/${String(properties['RoleName'])}`;
}

/** A manifest that names no repository trusts nobody; in a rehearsal it is the repository that is rehearsed. */
function githubRole(
  name: 'build' | 'deploy' | 'plan',
  manifest: SelectedManifest,
  { repository, grants }: { readonly repository: string; readonly grants: readonly Grant[] },
): Resource {
  const { environment } = manifest;
  const github = { environment: environment.name, ...environment.github, repository };
  const trust = githubTrust(name, { ...manifest, environment: { ...environment, github } });
  if (trust === undefined) throw new Error('A manifest that names a repository trusts it.');
  return role(roleName(whereaboutsOf(manifest), name), trust, grants);
}

function role(name: string, trust: PolicyDocument, grants: readonly Grant[]): Resource {
  return {
    id: name.replaceAll(/[^A-Za-z0-9]/g, ''),
    type: 'AWS::IAM::Role',
    properties: {
      RoleName: name,
      AssumeRolePolicyDocument: trust,
      Policies: grants.length === 0 ? [] : [{ PolicyName: 'granted', PolicyDocument: policyOf(grants) }],
    },
  };
}

function whereaboutsOf({ application, environment }: SelectedManifest): Whereabouts {
  return { application, environment: environment.name };
}
