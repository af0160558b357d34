import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseManifest } from '../../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../../lib/core/manifest/select.ts';
import { describeCostChange } from './change.ts';
import { costOf } from './cost-of.ts';
import { costAsJson, describeCost } from './report.ts';
import { quiet } from './usage.ts';
import { whatIfs } from './what-if.ts';

/**
 * `[--environment prod] [--manifest FILE] [--against FILE] [--json]`: what is printed. `--against` is another state of the
 * manifest, such as that of the branch a pull request goes to: only the change is told. Throws what the manifest's parser
 * throws, and a TypeError for options that are none.
 */
export function costCommand(args: readonly string[], read: (path: string) => string, folder: string): string {
  const { values } = parseArgs({ args: [...args], options });
  const manifestOf = (path: string) =>
    selectEnvironment(parseManifest(read(resolve(folder, path))), values.environment);
  const manifest = manifestOf(values.manifest);
  const cost = costOf(manifest);
  if (values.against !== undefined)
    return describeCostChange(costOf(manifestOf(values.against)), cost) ?? 'Costs do not change.';
  const report = { environment: values.environment, cost, whatIfs: whatIfs(manifest), usage: quiet };
  return values.json ? costAsJson(report) : describeCost(report);
}

const options = {
  environment: { type: 'string', default: 'prod' },
  manifest: { type: 'string', default: 'examples/smartboard/slipway.yml' },
  against: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;
