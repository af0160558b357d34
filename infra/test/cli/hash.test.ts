import { describe, expect, test } from '@jest/globals';
import { example, synthesise } from '../synthesised.ts';
import { variedManifest } from '../varied.ts';

// What `lib/core/infra-hash.ts` leaves out of a hash must change no template of the stacks that the hash stands for.
function differing(text: string, parts: readonly string[]): string[] {
  const [before, after] = [example(), synthesise(text)];
  return parts.filter((part) => jsonOf(before, part) !== jsonOf(after, part));
}

function jsonOf(templates: ReturnType<typeof example>, part: string): string {
  return JSON.stringify(templates.get(part)?.toJSON());
}

test('what is a release’s own changes no template', () => {
  const text = variedManifest(
    ["PORT: '3000'", "PORT: '3000'\n      COLOUR: green"],
    ['?schema=auth&', '?schema=login&'],
    ['REALTIME_BASE_URL', 'LIVE_BASE_URL'],
    ['services/web/Dockerfile', 'services/web/Containerfile'],
    ['desired-count: 1', 'desired-count: 3'],
    ['cpu: 256', 'cpu: 512'],
    ['memory: 512', 'memory: 1024'],
    ['    ingress: /*', '    scaling: { min: 1, max: 3, cpu: 50 }\n    ingress: /*'],
    ['spot: true', 'spot: false'],
    ['    after: [svc-auth', '    after: [worker, svc-auth'],
    ['command: [node, migrate.js]', 'command: [node, up.js]'],
    ['[DEV_BYPASS_AUTH]', '[DEV_BYPASS_AUTH, DEBUG]'],
  );
  expect(differing(text, [...example().keys()])).toEqual([]);
});

describe('what only later stacks read', () => {
  const text = variedManifest(
    [
      'nat: per-az',
      'nat: single\n    network: { cidr: 10.1.0.0/16 }\n    flow-logs: false\n    endpoints: true\n    protection: false',
    ],
    ['instances: 2', 'instances: 3'],
    ['nodes: 1', 'nodes: 2'],
    ['domain: smartboard.example.com', 'domain: other.example.com\n    log-retention-days: 90\n    firewall: none'],
    ['port: 3000', 'port: 3001'],
    ['ingress: /*', 'ingress: /app/*'],
    ['path: /health/ready', 'path: /ready'],
    ['log-level: info', 'log-level: debug'],
    ['cors-origins', 'archive: none\n    cors-origins'],
  );

  test('changes neither registries nor roles', () => {
    expect(differing(text, ['registry', 'delivery'])).toEqual([]);
  });

  test('is no small thing for the others', () => {
    expect(differing(text, ['network', 'data', 'edge', 'platform'])).toEqual(['network', 'data', 'edge', 'platform']);
  });
});
