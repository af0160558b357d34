/** ECR's names for registries and images. */

/** The host of an account's registry, e.g. `111122223333.dkr.ecr.eu-west-1.amazonaws.com`. */
export function registryHost(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** What the distribution specification lets a tag be. */
export function isTag(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(text);
}

/** What ECR lets a repository be called. A name that begins with a registry's host is a reference, and no name. */
export function isRepositoryName(text: string): boolean {
  const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
  const rule = new RegExp(`^${part}(?:/${part})*$`);
  return text.length >= 2 && text.length <= 256 && rule.test(text) && !/^\d{12}\.dkr\.ecr\./.test(text);
}
