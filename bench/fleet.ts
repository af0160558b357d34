import type { StageWishes } from '../rehearsal/test/stage/stage.ts';

/** A caller's manifest with so many independent services, alike in all but name. */
export function fleetManifest(count: number): StageWishes['manifest'] {
  return `version: 1
application: fleet
environments:
  prod:
    account: "111122223333"
    region: eu-west-1
    availability-zones: [eu-west-1a, eu-west-1b]
    github: { repository: example/smartboard }
    nat: single
services:
${Array.from({ length: count }, (_, at) => service(serviceName(at))).join('')}`;
}

/** `svc-001` and on. */
export function serviceName(at: number): string {
  return `svc-${String(at + 1).padStart(3, '0')}`;
}

function service(name: string): string {
  return `  ${name}:
    build: { context: ., dockerfile: Dockerfile }
    port: 4000
    cpu: 256
    memory: 512
    health-check: { path: /health/ready, interval-seconds: 5 }
    environment: { PORT: "4000" }
`;
}
