import { outsideScope } from '../../../../lib/core/arn.ts';
import { contradiction, type Remark, unread } from '../../../../lib/world/verify/remark.ts';
import type { ServiceFoundations } from './foundations.ts';
import { usesRegistry } from './subject.ts';
import type { VerifyWishes } from './wishes.ts';

/** The names by which services find each other are there. */
export function judgeRegistries(
  { services, contract }: VerifyWishes,
  { registries }: Pick<ServiceFoundations, 'registries'>,
): readonly Remark[] {
  const permission = 'servicediscovery:ListServices';
  return [
    ...unread(registries, { what: 'The Cloud Map services', permission, place: 'registries' }),
    ...services.flatMap((subject) => {
      const { name, isOwn, wanted } = subject;
      const { registry } = wanted.infra;
      if (registry === undefined || !isOwn) return [];
      const outside = outsideScope(registry, contract);
      if (outside !== undefined) return [refuse('E_SCOPE', `Its Cloud Map service leads to ${outside}.`, name)];
      const isMissing = registries.kind === 'read' && !usesRegistry(subject) && !registries.value.has(registry);
      return isMissing ? [refuse('E_STATE', 'Its Cloud Map service does not exist.', name)] : [];
    }),
  ];
}

function refuse(code: 'E_STATE' | 'E_SCOPE', message: string, place: string): Remark {
  return contradiction(code, { message, remedy: 'Run the infra job, or correct what it publishes.', place });
}
