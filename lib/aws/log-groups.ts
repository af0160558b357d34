import { cloudWatchLogs } from './logs.ts';
import type { Aws } from './session.ts';

/** Which of these log groups there are. Groups of one folder (`/smartboard/prod/`) are found by one listing. */
export async function findLogGroups(aws: Aws, names: readonly string[]): Promise<ReadonlySet<string>> {
  const prefixes = [...new Set(names.map(folderOf))];
  const found = await Promise.all(prefixes.map((prefix) => listGroups(aws, prefix)));
  return new Set(found.flat());
}

/** With its last slash; a name without a folder worth listing stands for itself. */
function folderOf(name: string): string {
  const end = name.lastIndexOf('/');
  return end > 0 ? name.slice(0, end + 1) : name;
}

async function listGroups(aws: Aws, prefix: string): Promise<readonly string[]> {
  const { client, sdk } = await cloudWatchLogs(aws);
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page: { logGroups?: { logGroupName?: string | undefined }[] | undefined; nextToken?: string | undefined } =
      await aws.send(client, new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, nextToken: token }));
    names.push(...(page.logGroups ?? []).map(({ logGroupName = '' }) => logGroupName));
    token = page.nextToken;
  } while (token !== undefined && token !== '');
  return names;
}
