/** Pages of the AWS console. They open for whoever is signed in to the account. */

export function serviceUrl(region: string, cluster: string, service: string): string {
  const path = `clusters/${encodeURIComponent(cluster)}/services/${encodeURIComponent(service)}/health`;
  return `https://${consoleHost(region)}/ecs/v2/${path}?region=${region}`;
}

/** The console wants the group's name encoded twice, the second time with `$` for `%`. */
export function logGroupUrl(region: string, group: string): string {
  const name = encodeURIComponent(encodeURIComponent(group)).replaceAll('%', '$');
  return `https://${consoleHost(region)}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${name}`;
}

/** Each partition has a console of its own. */
function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return `${region}.console.amazonaws-us-gov.com`;
  return `${region}.console.aws.amazon.com`;
}
