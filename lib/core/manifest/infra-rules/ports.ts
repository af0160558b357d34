import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import { isPublic } from './rule.ts';
import type { InfraRule } from './rule.ts';

type Listening = { readonly name: string; readonly port: number };

/**
 * Private services share one security group, which lets in one range of ports: from their lowest to their highest. So
 * each has its own port, and none of a public service lies in between, where whoever may reach one could reach the other.
 */
export const checkPorts: InfraRule = ({ manifest: { services } }) => {
  const listening = Object.entries(services).flatMap(([name, service]) =>
    service.port === undefined ? [] : [{ name, port: service.port, isPublic: isPublic(service) }],
  );
  const inside = listening.filter((service) => !service.isPublic);
  const outside = listening.filter((service) => service.isPublic);
  return [...sharedPorts(inside), ...portsInBetween(outside, inside)];
};

function sharedPorts(services: readonly Listening[]): Problem[] {
  return services.flatMap(({ name, port }, index) => {
    const first = services.slice(0, index).find((other) => other.port === port);
    if (first === undefined) return [];
    return [
      problemAt('E_MANIFEST', ['services', name, 'port'], {
        message: `services.${name} has the port ${port} of ${first.name}, behind the same security group.`,
        remedy: `Give it one that is free, such as ${freePort(services)}.`,
        restsOn: [['services', first.name, 'port']],
      }),
    ];
  });
}

function portsInBetween(services: readonly Listening[], inside: readonly Listening[]): Problem[] {
  const ports = inside.map(({ port }) => port);
  const [lowest, highest] = [Math.min(...ports), Math.max(...ports)];
  return services
    .filter(({ port }) => port >= lowest && port <= highest)
    .map(({ name, port }) =>
      problemAt('E_MANIFEST', ['services', name, 'port'], {
        message: `services.${name} is public, and its port ${port} lies in the range of the private services, ${lowest} to ${highest}.`,
        remedy: 'Give it a port below or above.',
        restsOn: inside
          .filter((other) => other.port === lowest || other.port === highest)
          .map((other) => ['services', other.name, 'port']),
      }),
    );
}

function freePort(services: readonly Listening[]): number {
  const taken = new Set(services.map(({ port }) => port));
  let port = Math.max(...taken);
  while (taken.has(port)) port = port < 65_535 ? port + 1 : 1024;
  return port;
}
