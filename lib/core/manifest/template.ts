import { didYouMean } from '../nearest.ts';
import type { InfraValue, TemplatePiece } from './model.ts';

export type TemplateSources = Readonly<
  Record<string, { readonly secret: string; readonly key?: string | undefined } | { readonly parameter: string }>
>;

export type ReadTemplate = {
  readonly pieces: readonly TemplatePiece[];
  /** What is wrong with it, a sentence and a remedy each. */
  readonly complaints: readonly { readonly message: string; readonly remedy: string }[];
  /** Names of `with` that stand in the template. */
  readonly used: ReadonlySet<string>;
};

const infraNames = [
  'database.host',
  'database.port',
  'database.name',
  'database.sslmode',
  'database.username',
  'database.password',
  'cache.host',
  'cache.port',
  'cache.token',
  'application',
  'environment',
  'region',
] as const;

/** Cuts `rediss://:{cache.token}@{cache.host}` into pieces. `{{` and `}}` are literal braces. */
export function readTemplate(template: string, sources: TemplateSources, storage: Iterable<string>): ReadTemplate {
  const pieces: TemplatePiece[] = [];
  const complaints: { message: string; remedy: string }[] = [];
  const used = new Set<string>();
  const buckets = [...storage].map((name) => `storage.${name}.bucket` as const);
  let text = '';

  for (const [token] of template.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    if (token === '{{' || token === '}}') text += token[0];
    else if (token === '{' || token === '}') {
      complaints.push({
        message: `has a "${token}" without its partner`,
        remedy: `Write ${token}${token} for a literal brace.`,
      });
    } else if (!token.startsWith('{')) text += token;
    else {
      const name = token.slice(1, -1);
      const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
      const infra = [...infraNames, ...buckets].find((known) => known === name);
      if (source !== undefined) used.add(name);
      if (text !== '') pieces.push({ kind: 'text', text });
      text = '';
      if (source !== undefined) pieces.push(sourcePiece(source));
      else if (infra !== undefined) pieces.push({ kind: 'infra', name: infra satisfies InfraValue });
      else {
        const known = [...infraNames, ...buckets, ...Object.keys(sources)];
        complaints.push({
          message: `uses a name that is not known: {${name.slice(0, 60)}}`,
          remedy: didYouMean(name, known),
        });
      }
    }
  }
  if (text !== '') pieces.push({ kind: 'text', text });
  return { pieces, complaints, used };
}

function sourcePiece(source: TemplateSources[string]): TemplatePiece {
  if ('parameter' in source) return { kind: 'parameter', parameter: source.parameter };
  return { kind: 'secret', secret: source.secret, key: source.key };
}
