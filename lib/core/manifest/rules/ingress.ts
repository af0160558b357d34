import { problemAt } from '../problem.ts';
import type { Rule } from './rule.ts';

/** A path leads to one service, and that service has a port. */
export const checkIngress: Rule = ({ manifest: { services } }) => {
  const owners = new Map<string, string>();
  return Object.entries(services).flatMap(([name, { ingress, port }]) => {
    if (ingress === undefined || ingress === 'none') return [];
    const path = ['services', name, 'ingress'];
    const owner = owners.get(ingress);
    owners.set(ingress, owner ?? name);
    return [
      ...(owner === undefined
        ? []
        : [
            problemAt('E_MANIFEST', path, {
              message: `services.${name}.ingress is the same as that of ${owner}: ${ingress}.`,
              remedy: 'Give each service paths of its own.',
            }),
          ]),
      ...(port === undefined
        ? [
            problemAt('E_MANIFEST', path, {
              message: `services.${name} has an ingress and no port.`,
              remedy: 'Give it a port.',
              restsOn: [['services', name, 'port']],
            }),
          ]
        : []),
    ];
  });
};
