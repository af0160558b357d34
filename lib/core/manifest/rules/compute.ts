import { describeFargateMemories, isFargatePair } from '../../fargate.ts';
import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { WrittenManifest, WrittenService } from '../shape/manifest.ts';
import type { Path } from '../tree.ts';
import type { Rule } from './rule.ts';

/** CPU and memory are a pair that Fargate sells; scaling has bounds in order and something to hold. */
export const checkCompute: Rule = ({ manifest: { services, defaults = {} } }) =>
  Object.entries(services).flatMap(([name, service]) => [
    ...pairProblems(name, service, defaults),
    ...scalingProblems(name, service),
    ...healthCheckProblems(['services', name, 'health-check'], service),
  ]);

function pairProblems(
  name: string,
  service: WrittenService,
  defaults: NonNullable<WrittenManifest['defaults']>,
): Problem[] {
  const cpu = service.cpu ?? defaults.cpu ?? 256;
  const memory = service.memory ?? defaults.memory ?? 512;
  if (isFargatePair(cpu, memory)) return [];
  const path = ['services', name];
  return [
    problemAt('E_MANIFEST', service.memory === undefined ? [...path, 'cpu'] : [...path, 'memory'], {
      message: `services.${name}: Fargate has no task with cpu ${cpu} and memory ${memory}.`,
      remedy: `With cpu ${cpu}, memory is ${describeFargateMemories(cpu)}.`,
      restsOn: ['cpu', 'memory'].flatMap((key) => [
        [...path, key],
        ['defaults', key],
      ]),
    }),
  ];
}

function scalingProblems(name: string, { scaling, ingress }: WrittenService): Problem[] {
  if (scaling === undefined) return [];
  const path = ['services', name, 'scaling'];
  const problem = (message: string, remedy: string): Problem =>
    problemAt('E_MANIFEST', path, { message: `services.${name}.scaling ${message}`, remedy, restsOn: [path] });
  const { min, max, cpu, memory, requests } = scaling;
  return [
    ...(min > max ? [problem('has a min above its max.', 'Swap them.')] : []),
    ...(cpu === undefined && memory === undefined && requests === undefined
      ? [problem('has nothing to hold.', 'Give one of cpu, memory and requests.')]
      : []),
    ...(requests !== undefined && (ingress === undefined || ingress === 'none')
      ? [problem('holds requests, which only a load balancer counts.', 'Give the service an ingress, or hold cpu.')]
      : []),
  ];
}

function healthCheckProblems(path: Path, { port, 'health-check': check }: WrittenService): Problem[] {
  if (check === undefined || check === 'none') return [];
  const restsOn = [path, [...path.slice(0, -1), 'port']];
  const [interval, timeout] = [check['interval-seconds'] ?? 30, check['timeout-seconds'] ?? 5];
  return [
    ...(port === undefined && check.command === undefined
      ? [
          problemAt('E_MANIFEST', path, {
            message: `services.${path[1]}.health-check asks by HTTP, and the service has no port.`,
            remedy: 'Give it a port, or a command as health check, or "none".',
            restsOn,
          }),
        ]
      : []),
    ...(timeout > interval
      ? [
          problemAt('E_MANIFEST', path, {
            message: `services.${path[1]}.health-check has a timeout longer than its interval.`,
            remedy: 'Make the timeout shorter.',
            restsOn,
          }),
        ]
      : []),
  ];
}
