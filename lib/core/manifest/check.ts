import { checkExpressions } from './policies/expressions.ts';
import { checkPlainSecrets } from './policies/plain-secrets.ts';
import { checkShellCommands } from './policies/shell-commands.ts';
import { checkVariableNames } from './policies/variable-names.ts';
import { problemAt, withoutConsequences } from './problem.ts';
import type { Problem } from './problem.ts';
import { checkBuildPaths } from './rules/build-paths.ts';
import { checkCompute } from './rules/compute.ts';
import { checkEnvironments } from './rules/environments.ts';
import { checkIngress } from './rules/ingress.ts';
import { checkNetwork } from './rules/network.ts';
import { checkOrder } from './rules/order.ts';
import { checkReferences } from './rules/references.ts';
import type { Rule } from './rules/rule.ts';
import { checkScope } from './rules/scope.ts';
import { checkServiceUrls } from './rules/service-urls.ts';
import { checkTemplates } from './rules/templates.ts';
import { mendManifest } from './mend.ts';
import { mostProblems } from './report.ts';
import { manifestShape } from './shape/manifest.ts';
import type { WrittenManifest } from './shape/manifest.ts';
import { shapeProblems } from './shape-problems.ts';
import { child, plainValue } from './tree.ts';
import type { Node, Path } from './tree.ts';

const mostServices = 200;
const mostEnvironments = 50;

const policies = [checkExpressions, checkPlainSecrets, checkVariableNames, checkShellCommands];
const rules: readonly Rule[] = [
  checkOrder,
  checkCompute,
  checkIngress,
  checkBuildPaths,
  checkReferences,
  checkServiceUrls,
  checkTemplates,
  checkScope,
  checkEnvironments,
  checkNetwork,
];

export type Checked = { readonly problems: readonly Problem[]; readonly manifest: WrittenManifest | undefined };

/**
 * Everything about the manifest that can be wrong once it is readable. Three passes: policies look at each value as it
 * was written, the shape at each field, rules across fields. What was told once is not told again as its own consequence.
 */
export function checkManifest(root: Node, broken: readonly Path[], moreRules: readonly Rule[] = []): Checked {
  const amounts = amountProblems(root);
  if (amounts.length > 0) return { problems: amounts, manifest: undefined };
  const policy = withoutConsequences(
    policies.flatMap((check) => check(root).slice(0, mostProblems)),
    broken.slice(0, mostProblems),
  );
  const told = [...broken, ...pathsOf(policy)];
  // The report shows no more, and comparing all with all takes its time.
  if (told.length > mostProblems) return { problems: policy, manifest: undefined };
  const read = manifestShape.safeParse(plainValue(root));
  const shape = read.success ? [] : withoutConsequences(shapeProblems(read.error.issues, root), told);
  const manifest = read.success ? read.data : mendManifest(root);
  const subject = manifest && {
    manifest,
    serviceNames: keysOf(child(root, 'services')),
    storageNames: keysOf(child(root, 'storage')),
  };
  const across = subject === undefined ? [] : [...rules, ...moreRules].flatMap((rule) => rule(subject));
  return {
    problems: [...policy, ...shape, ...withoutConsequences(across, [...told, ...pathsOf(shape)])],
    manifest: read.success ? read.data : undefined,
  };
}

/** Counted before anything looks at them one by one. */
function amountProblems(root: Node): Problem[] {
  const limits = [
    { key: 'services', most: mostServices },
    { key: 'environments', most: mostEnvironments },
  ];
  return limits.flatMap(({ key, most }) => {
    const node = child(root, key);
    const count = node?.kind === 'map' ? node.entries.length : 1;
    if (count > 0 && count <= most) return [];
    const message = count === 0 ? `${key} is empty.` : `${key} has ${count} entries, and may have ${most}.`;
    const remedy = count === 0 ? 'Add at least one.' : 'Split the repository.';
    return problemAt('E_MANIFEST', [key], { message, remedy });
  });
}

function pathsOf(problems: readonly Problem[]): Path[] {
  return problems.flatMap(({ where }) => ('path' in where ? [where.path] : []));
}

function keysOf(node: Node | undefined): string[] {
  return node?.kind === 'map' ? node.entries.map(({ key }) => key) : [];
}
