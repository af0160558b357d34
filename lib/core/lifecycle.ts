/**
 * The lifecycle policy of a repository, as ECR takes it. Images of good releases (`released-…`) are kept as long as the
 * ledger may go back to them, a build cache is left alone, and of all others the newest ten stay: however many releases
 * fail in between, what runs is not among those that expire.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function lifecyclePolicy(): string {
  const expire = { type: 'expire' };
  const keep = (countNumber: number, selection: object) => ({
    selection: { ...selection, countType: 'imageCountMoreThan', countNumber },
    action: expire,
  });
  const rules = [
    {
      description: 'images of good releases',
      ...keep(keptReleases, { tagStatus: 'tagged', tagPrefixList: ['released-'] }),
    },
    { description: 'the build cache', ...keep(keptCaches, { tagStatus: 'tagged', tagPrefixList: ['build-cache'] }) },
    { description: 'all others: the newest ten', ...keep(keptOthers, { tagStatus: 'any' }) },
  ];
  return JSON.stringify({ rules: rules.map((rule, index) => ({ rulePriority: index + 1, ...rule })) });
}

/** As many records as the ledger keeps, and those that its head names. */
const keptReleases = 30;
const keptCaches = 5;
const keptOthers = 10;
