import { join } from 'node:path';

/** The members of docker's config.json that matter to a build. */
export type DockerConfig = {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly cliPluginsExtraDirs?: readonly string[];
  readonly proxies?: unknown;
};

/**
 * The job's own configuration with one login more. A credential store would be asked instead of the file for every
 * registry, ours too; so it stays in charge of exactly the registries that it has served before, where base images
 * may come from.
 */
export function configWithLogin(
  own: DockerConfig,
  login: { readonly address: string; readonly auth: string; readonly ownDirectory: string },
): DockerConfig {
  const { [login.address]: _ours, ...helpers } = { ...storeByRegistry(own), ...own.credHelpers };
  return {
    auths: { ...own.auths, [login.address]: { auth: login.auth } },
    ...(Object.keys(helpers).length === 0 ? {} : { credHelpers: helpers }),
    cliPluginsExtraDirs: [join(login.ownDirectory, 'cli-plugins'), ...(own.cliPluginsExtraDirs ?? [])],
    ...(own.proxies === undefined ? {} : { proxies: own.proxies }),
  };
}

function storeByRegistry({ auths = {}, credsStore }: DockerConfig): Readonly<Record<string, string>> {
  if (credsStore === undefined) return {};
  return Object.fromEntries(Object.keys(auths).map((registry) => [registry, credsStore]));
}
