import { posix } from 'node:path';
import { parseDocument } from 'yaml';
import { type Finding, ActionError, Findings } from '../../../lib/core/errors.ts';
import { literalSecret } from '../../../lib/core/literal-secret.ts';
import type { Build, Service } from '../../../lib/core/manifest/model.ts';

/** A compose file's text, and its path in the repository. */
export type ComposeFile = { readonly path: string; readonly text: string };

type Refuse = (finding: Omit<Finding, 'place'> & { readonly key: string }) => void;

/**
 * The services with what the compose file says of their images where the manifest is silent: context, Dockerfile,
 * target, and arguments. Throws Findings with all that cannot be taken over.
 */
export function withCompose(services: readonly Service[], file: ComposeFile): readonly Service[] {
  const composed = readServices(file);
  const findings: Finding[] = [];
  const merged = services.map((service) => {
    const section = composed[service.name]?.['build'];
    if (section === undefined || section === null) return service;
    const refuse: Refuse = ({ key, ...finding }) =>
      void findings.push({
        ...finding,
        place: `${file.path}: services.${service.name}.build${key === '' ? '' : `.${key}`}`,
      });
    return { ...service, build: mergeBuild(service.build, section, { folder: posix.dirname(file.path), refuse }) };
  });
  const [first, ...rest] = findings;
  if (first !== undefined) throw new Findings([first, ...rest], file.path);
  return merged;
}

function readServices({ path, text }: ComposeFile): Readonly<Record<string, Record<string, unknown> | undefined>> {
  const document = parseDocument(text, { merge: true, customTags: [], logLevel: 'silent' });
  try {
    if (document.errors.length > 0) throw document.errors[0]!;
    const { services }: { services?: unknown } = Object(document.toJS({ maxAliasCount: 100 }));
    const entries = Object.entries(Object(services)).map(([name, service]) => [name, Object(service)]);
    return Object.assign(Object.create(null), Object.fromEntries(entries));
  } catch (cause) {
    throw new ActionError('E_INPUT', 'The compose file is not YAML that can be read.', {
      remedy: 'Look at what `docker compose config` says of it.',
      place: path,
      cause,
    });
  }
}

type Surroundings = { readonly folder: string; readonly refuse: Refuse };

function mergeBuild(own: Build, section: unknown, surroundings: Surroundings): Build {
  const { written } = own;
  const composed: Record<string, unknown> = typeof section === 'string' ? { context: section } : { ...Object(section) };
  for (const key of ['dockerfile_inline', 'additional_contexts', 'ssh', 'secrets']) {
    if (composed[key] !== undefined) {
      surroundings.refuse({
        code: 'E_INPUT',
        key,
        message: 'It is not taken over.',
        remedy: 'Say it in the manifest or in a Dockerfile.',
      });
    }
  }
  const folder = readPath(composed, 'context', '.', surroundings);
  const composedContext = inRepository(surroundings.folder, folder ?? '.', { key: 'context', ...surroundings });
  const context = written.has('context') ? own.context : composedContext;
  const dockerfile = readPath(composed, 'dockerfile', undefined, surroundings);
  const target = composed['target'];
  return {
    ...own,
    context,
    dockerfile: written.has('dockerfile')
      ? own.dockerfile
      : dockerfile === undefined
        ? posix.join(context, 'Dockerfile')
        : inRepository(composedContext, dockerfile, { key: 'dockerfile', ...surroundings }),
    target: own.target ?? (target === undefined ? undefined : readTarget(target, surroundings)),
    args: new Map([...readArgs(composed['args'], surroundings), ...own.args]),
  };
}

function readPath(
  section: Readonly<Record<string, unknown>>,
  key: string,
  otherwise: string | undefined,
  { refuse }: Surroundings,
): string | undefined {
  const path = section[key];
  if (path === undefined) return otherwise;
  if (typeof path === 'string' && /^[A-Za-z0-9_.@+][A-Za-z0-9_.@+ /-]{0,1023}$/.test(path) && !path.includes('//'))
    return path;
  refuse({
    code: 'E_INPUT',
    key,
    message: 'It must be a path inside the repository: no URL, no variable, no option.',
    remedy: `Say it in the manifest, under build.${key}.`,
  });
  return otherwise;
}

/** Paths start where their file does, and stay in the repository. */
function inRepository(folder: string, path: string, { key, refuse }: Surroundings & { readonly key: string }): string {
  const joined = posix.join(folder, path).replace(/(?<=.)\/$/, '');
  if (joined !== '..' && !joined.startsWith('../')) return joined;
  refuse({ code: 'E_INPUT', key, message: 'It leads out of the repository.', remedy: 'Keep what is built inside.' });
  return '.';
}

function readTarget(target: unknown, { refuse }: Surroundings): string | undefined {
  if (typeof target === 'string' && /^[A-Za-z0-9][\w.-]{0,127}$/.test(target)) return target;
  refuse({ code: 'E_INPUT', key: 'target', message: 'It must be the name of a stage.', remedy: 'Correct it.' });
  return undefined;
}

/** A map, or a list of `NAME=value`. */
function readArgs(args: unknown, { refuse }: Surroundings): [string, string][] {
  const pairs: [string, unknown][] = Array.isArray(args)
    ? args.map((entry) => {
        const [, name = String(entry), value] = /^([^=]*)=([\s\S]*)$/.exec(String(entry)) ?? [];
        return [name, value];
      })
    : Object.entries(Object(args));
  return pairs.flatMap(([name, value]): [string, string][] => {
    const problem = whyRefused(name, value);
    if (problem === undefined) return [[name, String(value).replaceAll('$$', '$')]];
    refuse({ ...problem, key: /^\w{1,64}$/.test(name) ? `args.${name}` : 'args' });
    return [];
  });
}

function whyRefused(name: string, value: unknown): Pick<Finding, 'code' | 'message' | 'remedy'> | undefined {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (!/^[A-Za-z_]\w{0,127}$/.test(name) || !isPlain) {
    const message = 'An argument must have a name of letters, digits and _, and a value.';
    return { code: 'E_INPUT', message, remedy: 'Write NAME=value; nothing is taken from the environment.' };
  }
  const text = String(value);
  if (/\p{Cc}/u.test(text))
    return { code: 'E_INPUT', message: 'It must be one line.', remedy: 'Take the line ends out.' };
  if (text.replaceAll('$$', '').includes('$')) {
    return {
      code: 'E_INPUT',
      message: 'It holds a variable, and nothing fills it in.',
      remedy: 'Say it in the manifest, under build.args.',
    };
  }
  const secret = literalSecret(text, name);
  if (secret === undefined) return undefined;
  return {
    code: 'E_POLICY',
    message: `It may not stand here: ${secret}.`,
    remedy: 'Mount it: `secret-files`, and build.secrets in the manifest.',
  };
}
