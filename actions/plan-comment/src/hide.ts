import { withoutSecrets } from '../../../lib/core/redact.ts';
import { type Plan, planShape } from './plan.ts';

/**
 * The plan with `***` for every one of `names`, and without lines that look like a secret. The runner masks logs and
 * summaries, but no comment; and it drops an output that holds a masked value altogether.
 */
export function hide(plan: Plan, names: readonly (string | undefined)[]): Plan {
  const masked = names.filter((name): name is string => name !== undefined && name !== '');
  const shown = (text: string) => {
    const lines = text.split('\n').map(withoutSecrets).join('\n');
    return masked.reduce((said, name) => said.replaceAll(name, '***'), lines);
  };
  const texts = (_name: string, value: unknown) => (typeof value === 'string' ? shown(value) : value);
  return planShape.parse(JSON.parse(JSON.stringify(plan), texts));
}
