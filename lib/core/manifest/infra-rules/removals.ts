import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { InfraRule } from './rule.ts';

/** What the contract of the deployed infrastructure says is there, and what of it may go. */
export type Standing = {
  readonly services: readonly string[];
  readonly storage: readonly string[];
  readonly database: boolean;
  readonly cache: boolean;
  /** `services.svc-auth`, `storage.datasets`, `database`, or only the last part: someone has said that these may go. */
  readonly allowed: readonly string[];
};

/** What holds data, and is no longer in the manifest, goes only when someone has named it. */
export function removalRule({ services, storage, database, cache, allowed }: Standing): InfraRule {
  return ({ manifest, serviceNames, storageNames }) => {
    const gone = [
      ...services.filter((name) => !serviceNames.includes(name)).map((name) => ['services', name]),
      ...storage.filter((name) => !storageNames.includes(name)).map((name) => ['storage', name]),
      ...(database && manifest.database === undefined ? [['database']] : []),
      ...(cache && manifest.cache === undefined ? [['cache']] : []),
    ];
    return gone.filter((path) => !isAllowed(path, allowed)).map(removal);
  };
}

function isAllowed(path: readonly string[], allowed: readonly string[]): boolean {
  return allowed.includes(path.join('.')) || allowed.includes(String(path.at(-1)));
}

const losses: Readonly<Record<string, string>> = {
  services: 'its logs, roles and place in the load balancer would go (its images stay)',
  storage: 'its objects would be cut off',
  database: 'all data in it would be cut off',
  cache: 'what is queued in it would be lost',
};

function removal(path: readonly string[]): Problem {
  const name = path.join('.');
  return problemAt('E_POLICY', path, {
    message: `${name} is deployed and no longer in the manifest: ${losses[path[0] ?? ''] ?? 'it would go'}.`,
    remedy: `Put it back; or, when it shall go, provision once with --allow-removal ${name}.`,
    part: 'key',
    restsOn: [path],
  });
}
