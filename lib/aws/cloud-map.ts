import type { STSClient } from '@aws-sdk/client-sts';
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { leanClient, leanCommand, list, simple, structure } from './lean-client.ts';
import type { Aws } from './session.ts';

const servicesPerPage = 100;

const clients = new WeakMap<Aws['configuration'], STSClient>();

function cloudMap(aws: Aws): STSClient {
  const client =
    clients.get(aws.configuration) ??
    leanClient(aws, {
      id: 'ServiceDiscovery',
      name: 'servicediscovery',
      version: '2017-03-14',
      target: 'Route53AutoNaming_v20170314',
      namespace: 'com.amazonaws.servicediscovery',
      protocol: AwsJson1_1Protocol,
    });
  clients.set(aws.configuration, client);
  return client;
}

/** Which of these Cloud Map services there are, by ARN: one listing answers for all. */
export async function findRegistries(aws: Aws, arns: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let token: string | undefined;
  do {
    const page: ListServicesOutput = await aws.send(
      cloudMap(aws),
      new ListServicesCommand({ MaxResults: servicesPerPage, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const { Arn } of page.Services ?? []) if (Arn !== undefined && arns.includes(Arn)) found.add(Arn);
    token = page.NextToken;
  } while (token !== undefined && token !== '' && found.size < arns.length);
  return found;
}

type ListServicesOutput = {
  readonly Services?: readonly { readonly Arn?: string }[];
  readonly NextToken?: string;
};

const service = structure('ServiceSummary', { Arn: simple.text });

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_ListServices.html */
class ListServicesCommand extends leanCommand<
  { readonly MaxResults: number; readonly NextToken?: string },
  ListServicesOutput
>('ListServices', {
  input: structure('ListServicesRequest', { MaxResults: simple.number, NextToken: simple.text }),
  output: structure('ListServicesResponse', { Services: () => list(() => service), NextToken: simple.text }),
}) {}
