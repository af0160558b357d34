import { CfnDeletionPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import { CfnOIDCProvider } from 'aws-cdk-lib/aws-iam';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { contractPrefix, roleName } from '../../../lib/core/names.ts';
import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { GrantedRole } from '../constructs/granted-role.ts';
import { buildGrants } from '../policies/build.ts';
import { deployGrants } from '../policies/deploy.ts';
import type { Grant } from '../policies/document.ts';
import { infraGrants } from '../policies/infra.ts';
import { planGrants } from '../policies/plan.ts';
import { audience, githubIssuer, githubTrust, type GithubRole } from '../policies/trust.ts';
import type { Setting } from '../setting.ts';

/** Whom the account trusts: GitHub, for four roles. Nothing here leans on another stack, so it can stand before all others. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, setting: Setting, props: StackProps) {
    super(scope, id, props);
    const { github } = setting.manifest.environment;
    if (github !== undefined) {
      const roles = githubRoles.map((role) => this.addRole(role, setting));
      if (github.provider === undefined) {
        const provider = this.addProvider();
        for (const role of roles) role.addResourceDependency(provider);
      }
    }
    this.publishHash(setting);
  }

  private addRole(role: GithubRole, { manifest, whereabouts }: Setting) {
    const { does, grants, hours } = purposes[role];
    const trust = githubTrust(role, manifest);
    if (trust === undefined) throw new Error('Roles are made only for an environment that GitHub deploys.');
    return new GrantedRole(this, role, {
      roleName: roleName(whereabouts, role),
      description: `GitHub: ${does} ${whereabouts.application} ${whereabouts.environment}`,
      trust,
      grants: grants(manifest),
      maxSessionSeconds: hours * 3600,
    }).role;
  }

  /** An account has one for each issuer: kept when the stack goes, since other environments may trust it too. */
  private addProvider(): CfnOIDCProvider {
    const provider = new CfnOIDCProvider(this, 'Provider', {
      url: `https://${githubIssuer}`,
      clientIdList: [audience],
    });
    provider.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
    provider.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    return provider;
  }

  /** Depends on everything else here: by it a job sees that registries and roles stand as the manifest says. */
  private publishHash({ registryHash, whereabouts: { application, environment } }: Setting): void {
    const others = [...this.node.children];
    const parameter = new CfnParameter(this, 'RegistryHash', {
      name: `${contractPrefix(application, environment)}registry-hash`,
      type: 'String',
      value: JSON.stringify({ hash: registryHash }),
    });
    parameter.node.addDependency(...others);
  }
}

type Purpose = {
  readonly does: string;
  readonly grants: (manifest: SelectedManifest) => readonly Grant[];
  /** The longest session that its jobs ask for. The actions renew theirs; CDK, in a process of its own, cannot. */
  readonly hours: number;
};

const purposes: Readonly<Record<GithubRole, Purpose>> = {
  build: { does: 'builds', grants: buildGrants, hours: 1 },
  deploy: { does: 'deploys', grants: deployGrants, hours: 1 },
  infra: { does: 'provisions', grants: infraGrants, hours: 2 },
  plan: { does: 'plans', grants: planGrants, hours: 1 },
};

const githubRoles = ['build', 'deploy', 'infra', 'plan'] as const;
