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

/**
 * Why the *job* may not be given this variable, or undefined: what is exported there reaches every later step.
 * The runner blocks only NODE_OPTIONS by itself.
 */
export function jobRefusal(name: string): string | undefined {
  if (containerRefusal(name) !== undefined) return containerRefusal(name);
  if (/^(?:AWS|GITHUB|RUNNER|ACTIONS|INPUT|STATE|GIT|NPM_CONFIG)_/.test(name)) return 'tools of the job listen to it';
  return jobDenied.has(name) ? 'it makes programs of later steps run foreign code' : undefined;
}

const jobDenied: ReadonlySet<string> = new Set([
  'BASH_ENV',
  'BASH_FUNC',
  'CDPATH',
  'CI',
  'DOCKER_CONFIG',
  'DOCKER_HOST',
  'ENV',
  'GLOBIGNORE',
  'HOME',
  'IFS',
  'JAVA_TOOL_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'PATH',
  'PERL5LIB',
  'PERL5OPT',
  'PROMPT_COMMAND',
  'PYTHONHOME',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'RUBYLIB',
  'RUBYOPT',
  'SHELL',
  'SHELLOPTS',
]);

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
