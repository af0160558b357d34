type Place = { readonly account: string; readonly region: string };

/**
 * What IAM is asked about for a whole group: the ARN with the streams' part behind it, left empty. So a policy needs
 * `log-group:<name>:*`, as docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html says.
 */
export function groupResource(place: Place, group: string): string {
  return streamResource(place, group, '');
}

export function streamResource({ account, region }: Place, group: string, stream: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:${stream}`;
}
