import type { Archive, Foundation } from './foundation.ts';
import type { Environment } from './model.ts';
import type { WrittenEnvironment, WrittenManifest } from './shape/manifest.ts';

/** An environment with every default filled in. */
export function buildEnvironment(name: string, written: WrittenEnvironment): Environment {
  return {
    name,
    account: written.account,
    region: written.region,
    availabilityZones: written['availability-zones'] ?? [],
    domain: written.domain,
    certificate: written.certificate,
    hostedZone: written['hosted-zone'],
    github: buildGithub(name, written.github),
    infra: written.infra,
    ...buildFoundation(written),
  };
}

/** Undefined members are left out, as the model's exact optional members want. */
function buildGithub(name: string, written: WrittenEnvironment['github']): Environment['github'] {
  if (written === undefined) return undefined;
  const { 'repository-id': repositoryId, 'owner-id': ownerId, environment = name } = written;
  const { repository, branches, provider, workflows } = written;
  return {
    repository,
    ...(repositoryId === undefined ? {} : { repositoryId }),
    ...(ownerId === undefined ? {} : { ownerId }),
    environment,
    ...(branches === undefined ? {} : { branches }),
    ...(provider === undefined ? {} : { provider }),
    ...(workflows === undefined ? {} : { workflows }),
  };
}

function buildFoundation(written: WrittenEnvironment): Foundation {
  const { database, cache } = written;
  return {
    network: { cidr: written.network?.cidr ?? '10.0.0.0/16' },
    nat: written.nat ?? 'per-az',
    endpoints: written.endpoints ?? false,
    flowLogs: written['flow-logs'] ?? true,
    encryption: written.encryption ?? 'aws',
    protection: written.protection ?? true,
    logRetentionDays: written['log-retention-days'] ?? 30,
    alarms: { enabled: written.alarms?.enabled ?? true, emails: written.alarms?.email ?? [] },
    firewall: buildFirewall(written.firewall),
    loadBalancer: { idleTimeoutSeconds: written['load-balancer']?.['idle-timeout-seconds'] ?? 300 },
    databaseSize: database && { instanceClass: database['instance-class'], instances: database.instances },
    cacheSize: cache && { nodeType: cache['node-type'], nodes: cache.nodes },
  };
}

function buildFirewall(written: WrittenEnvironment['firewall'] = {}): Foundation['firewall'] {
  if (written === 'none') return undefined;
  return {
    countRules: written['count-rules'] ?? [],
    requestsPer5Minutes: written['requests-per-5-minutes'] ?? 2000,
  };
}

type WrittenArchive = NonNullable<WrittenManifest['storage']>[string]['archive'];

export function buildArchive(written: WrittenArchive = {}): Archive {
  if (written === 'none') return { class: 'none', afterDays: 0 };
  return { class: written.class ?? 'glacier-ir', afterDays: written['after-days'] ?? 90 };
}
