import { STSClient, type STSClientConfig, type STSClientResolvedConfig } from '@aws-sdk/client-sts';
import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type { MetadataBearer, StaticListSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';
import { partitionOf } from '../core/names.ts';
import type { Aws } from './session.ts';

/**
 * Clients of services of which one or two operations are used and whose own client would be out of proportion: EC2's
 * takes half a second to load and 60 MB. Signing, endpoints, retries and the protocol are the SDK's; what is said of
 * an operation, by hand, is its members.
 */
export type LeanService = {
  /** As the SDK calls it: `EC2`. */
  readonly id: string;
  /** In signatures and host names: `ec2`. */
  readonly name: string;
  readonly version: string;
  /** Prefix of X-Amz-Target, where the protocol has one. */
  readonly target: string;
  readonly namespace: string;
  readonly protocol: NonNullable<STSClientConfig['protocol']>;
};

/** A client that speaks the service's protocol with the session's credentials, region and connections. */
export function leanClient({ configuration }: Aws, service: LeanService): STSClient {
  const { id, name, version, target, namespace, protocol } = service;
  const { region } = configuration;
  const settings = {
    ...configuration,
    serviceId: id,
    protocol,
    protocolSettings: {
      defaultNamespace: namespace,
      errorTypeRegistries: [],
      xmlNamespace: `http://${name}.amazonaws.com/doc/${version}`,
      version,
      serviceTarget: target,
    },
    endpointProvider: ({ Endpoint }: { readonly Endpoint?: unknown }) => ({
      url: new URL(typeof Endpoint === 'string' ? Endpoint : `https://${name}.${region}.${domainOf(region)}`),
      properties: { authSchemes: [{ name: 'sigv4', signingName: name, signingRegion: region, properties: {} }] },
    }),
  };
  return new STSClient(settings);
}

/** The SDK's numbers for simple members of a schema. */
export const simple = { text: 0, number: 1 } as const;

type Member = (typeof simple)[keyof typeof simple] | (() => StaticListSchema | StaticStructureSchema);

/** A structure by its members; with XML names where the protocol writes others. */
export function structure(
  name: string,
  members: Readonly<Record<string, Member | readonly [member: Member, xmlName: string]>>,
): StaticStructureSchema {
  const schemas = Object.values(members).map((member): StaticStructureSchema[5][number] =>
    typeof member === 'object' ? [member[0], { xmlName: member[1] }] : member,
  );
  return [3, '', name, 0, Object.keys(members), schemas];
}

export function list(member: Member, xmlName?: string): StaticListSchema {
  return [1, '', '', 0, xmlName === undefined ? member : [member, { xmlName }]];
}

/** A class of commands, as the SDK's own are made: the operation's name, what goes in, what comes out. */
export function leanCommand<Input extends object, Output extends object>(
  name: string,
  { input, output }: { input: StaticStructureSchema; output: StaticStructureSchema },
) {
  const schema: StaticOperationSchema = [9, '', name, 0, () => input, () => output];
  const builder = makeBuilder<STSClientResolvedConfig, object, MetadataBearer>(
    endpointParameters,
    '',
    '',
    getEndpointPlugin,
  );
  return builder<Input, Output & MetadataBearer>({}, () => [], name, schema);
}

const endpointParameters = {
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
} as const;

function domainOf(region: string): string {
  return partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
