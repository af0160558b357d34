import { problemAt } from '../problem.ts';
import type { Rule } from './rule.ts';

/** A network begins with its first address: EC2 would round it down, and what one reads would not be what there is. */
export const checkNetwork: Rule = ({ manifest: { environments } }) =>
  Object.entries(environments).flatMap(([name, { network }]) => {
    const cidr = network?.cidr;
    const rounded = cidr === undefined ? undefined : networkOf(cidr);
    if (rounded === cidr) return [];
    return [
      problemAt('E_MANIFEST', ['environments', name, 'network', 'cidr'], {
        message: `The network ${cidr} does not begin with its first address.`,
        remedy: `Write ${rounded}.`,
      }),
    ];
  });

/** `10.1.2.3/16` is within `10.1.0.0/16`. */
function networkOf(cidr: string): string {
  const [address = '', length = ''] = cidr.split('/');
  const octets = address.split('.').map((octet, index) => {
    const bits = Math.min(8, Math.max(0, Number(length) - 8 * index));
    return Number(octet) & (0xff << (8 - bits)) & 0xff;
  });
  return `${octets.join('.')}/${length}`;
}
