// Who may import whom, and no cycles. The table is the architecture; docs/architecture.md explains it.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { root } from './emit.mjs';

/** A layer's folder, the layers it may import besides itself, and the packages that belong to it alone. */
const layers = [
  { folder: 'lib/core', may: [] },
  { folder: 'lib/aws', may: ['lib/core'], owns: [/^@aws-sdk\//, /^@smithy\//] },
  { folder: 'lib/github', may: ['lib/core'], owns: [/^@actions\//] },
  { folder: 'lib/world', may: ['lib/core', 'lib/aws', 'lib/github'] },
  ...readdirSync(join(root, 'actions')).map((name) => ({
    folder: `actions/${name}`,
    // What a manifest costs is a pure function of it; the app's own command prints the same.
    may: ['lib/core', 'lib/aws', 'lib/github', 'lib/world', ...(name === 'plan-comment' ? ['infra/cost'] : [])],
  })),
  { folder: 'simulator', may: [] },
  { folder: 'infra/cost', may: ['lib/core', 'infra'] },
  { folder: 'infra', may: ['lib/core', 'lib/aws', 'lib/world', 'infra/cost'] },
  { folder: 'rehearsal', may: ['lib/core', 'lib/aws', 'lib/github', 'lib/world', 'simulator', 'infra'] },
  {
    folder: 'bench',
    may: ['lib/core', 'lib/aws', 'lib/github', 'lib/world', 'actions/deploy-ecs', 'simulator', 'rehearsal'],
  },
];
/** Tests look at anything: they put the pieces together. */
const isTest = (file) => file.includes('/test/');

const files = layers.flatMap(({ folder }) => sourcesIn(folder));
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const problems = [...files.filter((file) => !isTest(file)).flatMap(wrongWay), ...cycles()];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function sourcesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/(^|\/)(dist|node_modules|cdk\.out)\//.test(name))
    .map((name) => `${folder}/${name}`);
}

function importsOf(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g);
  return [...found].map(([, target]) => (target.startsWith('.') ? normalize(join(dirname(file), target)) : target));
}

function layerOf(file) {
  return layers.find(({ folder }) => file.startsWith(`${folder}/`));
}

function wrongWay(file) {
  const own = layerOf(file);
  return imports.get(file).flatMap((target) => {
    const layer = layerOf(target);
    if (layer !== undefined && layer !== own && !own.may.includes(layer.folder)) {
      return [
        `${file}: ${own.folder} may not import ${relative('.', target)} (allowed: ${own.may.join(', ') || 'nothing of ours'})`,
      ];
    }
    const owner = layers.find(({ owns = [] }) => owns.some((pattern) => pattern.test(target)));
    const foreign =
      owner !== undefined && owner !== own && ['lib', 'actions'].some((top) => file.startsWith(`${top}/`));
    if (foreign) return [`${file}: only ${owner.folder} imports ${target}`];
    if (own.folder === 'lib/core' && target.startsWith('node:'))
      return [`${file}: lib/core is pure and imports no ${target}`];
    return [];
  });
}

function cycles() {
  const done = new Set();
  const found = [];
  const visit = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) return void found.push(`cycle: ${[...path.slice(at), file].join(' → ')}`);
    if (done.has(file)) return;
    for (const target of imports.get(file) ?? []) if (imports.has(target)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
