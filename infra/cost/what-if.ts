import type { Environment, Service } from '../../lib/core/manifest/model.ts';
import type { SelectedManifest } from '../../lib/core/manifest/select.ts';
import { cacheSize } from '../lib/sizes.ts';
import { costOf } from './cost-of.ts';
import type { Usage } from './usage.ts';

/** The same environment with one thing changed. */
export type WhatIf = {
  readonly what: string;
  readonly written: string;
  readonly usd: number;
  readonly difference: number;
};

/** Changes that people ask about; those that would change nothing here are left out. */
export function whatIfs(manifest: SelectedManifest, usage?: Usage): readonly WhatIf[] {
  const now = costOf(manifest, usage).usd;
  return questions(manifest).flatMap(({ what, written, changed }) => {
    const { usd } = costOf(changed, usage);
    const difference = usd - now;
    return Math.abs(difference) < 0.005 ? [] : [{ what, written, usd, difference }];
  });
}

function questions(manifest: SelectedManifest) {
  const { nodes } = cacheSize(manifest);
  const otherNodes = nodes > 1 ? 1 : 2;
  return [
    {
      what: 'every private service on spot',
      written: 'spot: true',
      changed: eachService(manifest, (service) =>
        service.ingress === undefined ? { ...service, spot: true } : service,
      ),
    },
    { what: 'a single NAT gateway', written: 'nat: single', changed: inEnvironment(manifest, { nat: 'single' }) },
    {
      what: 'ARM64 for all services',
      written: 'build: { platforms: [linux/arm64] }',
      changed: eachService(manifest, (service) => ({
        ...service,
        build: { ...service.build, platforms: ['linux/arm64'] },
      })),
    },
    {
      what: otherNodes === 1 ? 'one Redis node' : 'a second Redis node, which takes over',
      written: `cache: { nodes: ${otherNodes} }`,
      changed: inEnvironment(manifest, { cacheSize: { ...cacheSize(manifest), nodes: otherNodes } }),
    },
  ];
}

function inEnvironment(manifest: SelectedManifest, change: Partial<Environment>): SelectedManifest {
  return { ...manifest, environment: { ...manifest.environment, ...change } };
}

function eachService(manifest: SelectedManifest, change: (service: Service) => Service): SelectedManifest {
  return { ...manifest, services: new Map([...manifest.services].map(([name, service]) => [name, change(service)])) };
}
