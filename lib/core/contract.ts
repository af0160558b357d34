import type * as z from 'zod/mini';
import type { Contract } from './contract-model.ts';
import * as shape from './contract-shape.ts';
import { Findings } from './errors.ts';
import type { Finding } from './errors.ts';
import type { Environment } from './manifest/model.ts';
import { shapeProblems } from './manifest/shape-problems.ts';
import { treeOf } from './manifest/tree.ts';

export type { Contract, ServiceContract } from './contract-model.ts';
export { contractPrefix } from './names.ts';

/**
 * The contract as infra published it; names are relative to the prefix. Parts and keys of a later schema are passed over.
 * Throws `Findings` (E_STATE) with everything that is absent or unreadable.
 */
export function parseContract(parameters: ReadonlyMap<string, string>): Contract {
  const findings: Finding[] = [];
  const report = (name: string, message: string): undefined => {
    findings.push({
      code: 'E_STATE',
      message,
      remedy: 'Run the infra job for this environment.',
      place: `infra/${name}`,
    });
  };
  const optional = <Part>(name: string, of: z.ZodMiniType<Part>): Part | undefined => {
    const text = parameters.get(name);
    return text === undefined ? undefined : readPart({ name, text, of, report });
  };
  const required = <Part>(name: string, of: z.ZodMiniType<Part>): Part | undefined =>
    parameters.has(name) ? optional(name, of) : report(name, `The contract of infra has no "${name}".`);
  const all = <Part>(folder: string, of: z.ZodMiniType<Part>): [string, Part][] =>
    [...parameters.keys()].flatMap((name) => {
      const part = name.startsWith(`${folder}/`) ? optional(name, of) : undefined;
      return part === undefined ? [] : [[name.slice(folder.length + 1), part]];
    });

  const meta = required('meta', shape.meta);
  const parts = {
    cluster: required('cluster', shape.cluster),
    network: required('network', shape.network),
    database: optional('database', shape.database),
    cache: optional('cache', shape.cache),
    storage: Object.fromEntries(all('storage', shape.bucket)),
    services: Object.fromEntries(all('services', shape.service)),
    migrations: required('migrations', shape.migrations),
  };
  required('hash', shape.hash);
  const [first, ...rest] = findings;
  if (first !== undefined) throw new Findings([first, ...rest], 'The contract of infra');
  const { cluster, network, migrations } = parts;
  if (!meta || !cluster || !network || !migrations) throw new Error('An absent part of the contract has a finding.');
  return contractOf({ ...parts, cluster, network, migrations }, meta);
}

/** The contract that the manifest's `infra` block says, or undefined when the environment has none: then it is in SSM. */
export function contractByHand({ infra, account, region }: Environment): Contract | undefined {
  return infra && contractOf(infra, { account, region });
}

/** The parameters, relative to the prefix, that say this contract: the inverse of `parseContract`. */
export function contractParameters(contract: Contract): Map<string, string> {
  const texts = [...contractParts(contract)].map(([name, part]): [string, string] => [name, JSON.stringify(part)]);
  return new Map([...texts, ['hash', JSON.stringify({ hash: checksum(texts.join('\n')) })]]);
}

/**
 * What each parameter says, before it is JSON: whoever publishes values that are not known yet writes it in their own way,
 * and may publish some of it. `meta` needs account and region.
 */
export function contractParts(contract: Partial<Contract>): ReadonlyMap<string, object> {
  const { account, region, notSimulated = [], cluster, network, database, cache, migrations } = contract;
  const rehearsal = notSimulated.length === 0 ? {} : { rehearsal: { notSimulated } };
  const parts = {
    meta: account === undefined || region === undefined ? undefined : { schema: 1, account, region, ...rehearsal },
    cluster,
    network,
    database,
    cache,
    ...named('storage', contract.storage, ({ bucket }) => ({ bucket })),
    ...named('services', contract.services, (service) => service),
    migrations,
  };
  return new Map(Object.entries(parts).flatMap(([name, part]) => (part === undefined ? [] : [[name, part]])));
}

function named<Part>(folder: string, parts: ReadonlyMap<string, Part> = new Map(), say: (part: Part) => object) {
  return Object.fromEntries([...parts].map(([name, part]) => [`${folder}/${name}`, say(part)]));
}

type PartToRead<Value> = {
  readonly name: string;
  readonly text: string;
  readonly of: z.ZodMiniType<Value>;
  readonly report: (name: string, message: string) => undefined;
};

function readPart<Value>({ name, text, of, report }: PartToRead<Value>): Value | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return report(name, `The contract's "${name}" is not JSON.`);
  }
  const read = of.safeParse(withoutUnknownKeys(json, of));
  if (read.success) return read.data;
  for (const { message } of shapeProblems(read.error.issues, treeOf(json)))
    report(name, `The contract's "${name}": ${message}`);
  return undefined;
}

/** What a later infra adds to a part must not stop an earlier action. */
function withoutUnknownKeys(json: unknown, of: z.ZodMiniType): unknown {
  const unknown = new Set(
    of
      .safeParse(json)
      .error?.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
      ),
  );
  if (unknown.size === 0 || typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).filter(([key]) => !unknown.has(key)));
}

function contractOf(
  { cluster, network, database, cache, storage = {}, services, migrations }: z.infer<typeof shape.handWrittenContract>,
  { account, region, rehearsal }: Pick<z.infer<typeof shape.meta>, 'account' | 'region' | 'rehearsal'>,
): Contract {
  return {
    account,
    region,
    notSimulated: rehearsal?.notSimulated ?? [],
    cluster,
    network: { ...network, namespace: network.namespace },
    database,
    cache,
    storage: new Map(Object.entries(storage)),
    services: new Map(
      Object.entries(services).map(([name, { targetGroup, registry, ...service }]) => [
        name,
        { ...service, targetGroup, registry },
      ]),
    ),
    migrations,
  };
}

/** 32-bit FNV-1a in hex: enough to see that something changed. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
