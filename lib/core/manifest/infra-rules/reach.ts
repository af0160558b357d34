import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { WrittenVariables } from '../shape/manifest.ts';
import { readTemplate } from '../template.ts';
import type { Path } from '../tree.ts';
import { isPublic } from './rule.ts';
import type { InfraRule } from './rule.ts';

/**
 * Database and cache let in the security group of the private services (and of migrations), and a public service has
 * another one: its connection would only time out, in a release that looks healthy until then.
 */
export const checkReach: InfraRule = ({ manifest: { services, defaults }, storageNames }) =>
  Object.entries(services).flatMap(([name, service]) => {
    if (!isPublic(service)) return [];
    const own = service.environment ?? {};
    const inherited = Object.entries(defaults?.environment ?? {}).filter(([variable]) => !Object.hasOwn(own, variable));
    return [
      ...problemsOf(own, { name, path: ['services', name, 'environment'], storageNames }),
      ...problemsOf(Object.fromEntries(inherited), { name, path: ['defaults', 'environment'], storageNames }),
    ];
  });

type Where = { readonly name: string; readonly path: Path; readonly storageNames: readonly string[] };

function problemsOf(variables: WrittenVariables, { name, path, storageNames }: Where): Problem[] {
  return Object.entries(variables).flatMap(([variable, source]) => {
    if (typeof source === 'string' || !('template' in source)) return [];
    const { pieces } = readTemplate(source.template, source.with ?? {}, storageNames);
    const used = (['database', 'cache'] as const).filter((part) =>
      pieces.some((piece) => piece.kind === 'infra' && piece.name.startsWith(`${part}.`)),
    );
    return used.map((part) =>
      problemAt('E_MANIFEST', [...path, variable, 'template'], {
        message: `services.${name} is public, so its security group does not reach the ${part} that ${variable} leads to.`,
        remedy: `Remove ${variable} from it and let it ask a private service, or take its ingress away.`,
        restsOn: [['services', name, 'ingress']],
      }),
    );
  });
}
