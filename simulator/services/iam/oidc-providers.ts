import { z } from 'zod';
import type { Cloud, ResourceProvider } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';

/** Audiences by the host of the issuer. */
export type OidcProviders = {
  audiencesOf(issuerHost: string): readonly string[] | undefined;
  /** Throws EntityAlreadyExists. What is there from the start gives way: nobody has made it. */
  make(issuerHost: string, audiences: readonly string[]): void;
  change(issuerHost: string, audiences: readonly string[]): void;
  remove(issuerHost: string): void;
};

export function oidcProviders(fromTheStart: Readonly<Record<string, readonly string[]>>): OidcProviders {
  const given = new Map(Object.entries(fromTheStart));
  const made = new Map<string, readonly string[]>();
  return {
    audiencesOf: (host) => made.get(host) ?? given.get(host),
    make(host, audiences) {
      if (made.has(host))
        throw new AwsError('EntityAlreadyExists', `Provider with url https://${host} already exists.`, { status: 409 });
      made.set(host, audiences);
      given.delete(host);
    },
    change: (host, audiences) => void made.set(host, audiences),
    remove: (host) => void made.delete(host),
  };
}

const providerShape = z.strictObject({
  Url: z.url(),
  ClientIdList: z.array(z.string()).min(1),
  ThumbprintList: z.array(z.string()).optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

/** `AWS::IAM::OIDCProvider`: says which audiences tokens of an issuer may have. */
export function oidcProvider(cloud: Cloud, providers: OidcProviders): ResourceProvider {
  return {
    fixed: ['Url'],
    create(properties) {
      const { Url, ClientIdList } = providerShape.parse(properties);
      const arn = `arn:aws:iam::${cloud.account}:oidc-provider/${hostOf(Url)}`;
      providers.make(hostOf(Url), ClientIdList);
      return { ref: arn, attributes: { Arn: arn } };
    },
    update({ made, properties }) {
      const { Url, ClientIdList } = providerShape.parse(properties);
      providers.change(hostOf(Url), ClientIdList);
      return made;
    },
    remove: (_made, { Url }) => providers.remove(hostOf(Url)),
  };
}

const hostOf = (url: unknown) => String(url).replace('https://', '').replace(/\/$/, '');
