import { partitionOf } from './names.ts';

export type Scope = { readonly account: string; readonly region: string };

/** What of an ARN lies outside the scope, in words, or undefined. An empty account or region (IAM, S3) lies in every one. */
export function outsideScope(arn: string, { account, region }: Scope): string | undefined {
  const [, partition, , arnRegion, arnAccount] = arn.split(':');
  if (partition !== partitionOf(region))
    return `the partition ${partition}, and ${region} is in ${partitionOf(region)}`;
  if (arnAccount !== '' && arnAccount !== account) return 'another account than the environment';
  return arnRegion !== '' && arnRegion !== region
    ? `the region ${arnRegion}, and the environment is in ${region}`
    : undefined;
}
