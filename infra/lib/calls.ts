import type { Service, Variable } from '../../lib/core/manifest/model.ts';

/** One side of a call: a public service, which has a group of its own, or private ones (and migrations), which share one. */
export type End = { readonly kind: 'public'; readonly service: Service } | { readonly kind: 'private' };

/**
 * Who may call whom, as variables tell it: whoever is told where a service is (`{ service: … }`) may call it. Private
 * services may call each other in any case, so this holds what is public on one side at least.
 */
export function callsOf(services: ReadonlyMap<string, Service>): readonly (readonly [from: End, to: End])[] {
  const calls = [...services.values()].flatMap((service) => {
    const migrations = service.migrations.flatMap(({ environment }) => calleesOf(environment, services));
    return [
      ...calleesOf(service.environment, services).map((callee) => [endOf(service), callee] as const),
      ...migrations.map((callee) => [{ kind: 'private' }, callee] as const),
    ];
  });
  const crossing = calls.filter(([from, to]) => nameOf(from) !== nameOf(to));
  return [...new Map(crossing.map((call) => [call.map(nameOf).join(' to '), call])).values()];
}

/** Lowest and highest port of the private services; undefined where none listens. */
export function privatePorts(services: ReadonlyMap<string, Service>) {
  const ports = [...services.values()].flatMap((it) => (it.ingress === undefined ? (it.port ?? []) : []));
  return ports.length === 0 ? undefined : { from: Math.min(...ports), to: Math.max(...ports) };
}

function calleesOf(variables: ReadonlyMap<string, Variable>, services: ReadonlyMap<string, Service>): End[] {
  return [...variables.values()].flatMap((variable) => {
    const service = variable.kind === 'service' ? services.get(variable.service) : undefined;
    return service === undefined ? [] : [endOf(service)];
  });
}

function endOf(service: Service): End {
  return service.ingress === undefined ? { kind: 'private' } : { kind: 'public', service };
}

function nameOf(end: End): string {
  return end.kind === 'public' ? end.service.name : '';
}
