import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseManifest } from '../lib/core/manifest/parse.ts';
import { selectEnvironment } from '../lib/core/manifest/select.ts';
import { provisionInfrastructure } from '../rehearsal/infra/index.ts';
import { runAction, type StepResult } from '../rehearsal/runner/run-action.ts';
import { pushImage } from '../rehearsal/test/stage/push-image.ts';
import { simulateAws } from '../simulator/aws.ts';
import { scaledClock } from '../simulator/clock.ts';
import { fleetManifest } from './fleet.ts';

/** Peak RSS in MiB of the built bundle that releases so many services, in real time; tasks come and go four times as fast. */
export async function measurePeakMemory(services: number): Promise<number> {
  const text = fleetManifest(services);
  const manifest = selectEnvironment(parseManifest(text), 'prod');
  const cloud = simulateAws({ clock: scaledClock(4) });
  const workspace = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    await writeFile(join(workspace, 'slipway.yml'), text);
    await provisionInfrastructure({ provision: (resources) => cloud.provision(resources) }, manifest, {
      repository: 'example/smartboard',
      driver: 'model',
      missingSecrets: [],
    });
    const { url } = await cloud.listen({ port: 0 });
    const run = (action: string, inputs: Record<string, string>) => runBundle(action, { inputs, url, workspace });
    const config = (await run('config-env', {})).outputs['config'] ?? '';
    const images = await Promise.all(
      [...manifest.services.keys()].map(async (name) => [name, await pushImage(cloud, `fleet-${name}`)] as const),
    );
    const deployed = await run('deploy-ecs', { config, images: JSON.stringify(Object.fromEntries(images)) });
    if (deployed.status !== 0) throw new Error(`deploy-ecs failed:\n${deployed.log}`);
    return Number(/^peak (\d+)$/m.exec(deployed.log)?.[1]) / 1024;
  } finally {
    await cloud.close();
    await rm(workspace, { recursive: true });
  }
}

/** Said by the process itself as its last word. */
const tellPeak = 'process.on("exit",()=>console.log("peak "+process.resourceUsage().maxRSS))';

async function runBundle(
  action: string,
  { inputs, url, workspace }: { inputs: Record<string, string>; url: string; workspace: string },
): Promise<StepResult> {
  const result = await runAction(fileURLToPath(new URL(`../actions/${action}`, import.meta.url)), {
    inputs: { environment: 'prod', ...inputs },
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'simulator',
      AWS_SECRET_ACCESS_KEY: 'simulator',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_NUMBER: '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_REPOSITORY: 'example/smartboard',
      GITHUB_SHA: 'c'.repeat(40),
      GITHUB_REF: 'refs/heads/main',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellPeak)}`,
    },
    workspace,
    temporaryDirectory: workspace,
  });
  if (result.status !== 0) throw new Error(`${action} failed:\n${result.log}`);
  return result;
}
