const allowed = /^[A-Z_][A-Z0-9_]{0,127}$/;

export function isEnvironmentName(name: string): boolean {
  return allowed.test(name) && !(name.toLowerCase() in Object.prototype);
}

/** Why a container may not be given this variable, or undefined. AWS_REGION is allowed; a literal value of it is checked against the environment's. */
export function containerRefusal(name: string): string | undefined {
  return containerDenied.find(({ pattern }) => pattern.test(name))?.why;
}

const containerDenied: readonly { pattern: RegExp; why: string }[] = [
  { pattern: /^(?:LD|DYLD)_/, why: 'it makes the loader run foreign code' },
  {
    pattern: /^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN)$/,
    why: 'a task takes its credentials from its task role',
  },
  { pattern: /^AWS_CONTAINER_/, why: 'ECS sets it, and it redirects where credentials come from' },
  { pattern: /^ECS_/, why: 'ECS sets it' },
];

/** Variables that say where AWS is; they must agree with the environment that is deployed. */
export function isRegionVariable(name: string): boolean {
  return name === 'AWS_REGION' || name === 'AWS_DEFAULT_REGION';
}

export const defaultForbiddenEnvironment: readonly string[] = ['DEV_BYPASS_AUTH'];

/** Full-width letters, case and spaces around do not make another name: `ｄｅｖ_bypass_auth` is DEV_BYPASS_AUTH. */
function foldEnvironmentName(name: string): string {
  return name.normalize('NFKC').trim().toUpperCase();
}

/** The entry of `forbidden` that `name` amounts to, or undefined. */
export function forbiddenMatch(name: string, forbidden: readonly string[]): string | undefined {
  const folded = foldEnvironmentName(name);
  return forbidden.find((entry) => foldEnvironmentName(entry) === folded);
}
