import { openAdministrator } from './administrator.ts';
import type { RehearsalArguments } from './arguments.ts';
import { provisionFromTemplates } from './infra/from-templates.ts';
import type { Infrastructure } from './infra/index.ts';
import { synthesise } from './infra/synthesis.ts';
import type { Life } from './life.ts';
import type { RehearsedManifest } from './manifest.ts';
import { scenarios } from './scenarios/index.ts';
import { describeDeployment, describeSynthesis } from './show/infrastructure.ts';
import type { Progress } from './show/progress.ts';
import { startSimulatedAws, type SimulatedAws } from './simulated-aws.ts';

/** The embedded AWS with the caller's infrastructure in it. */
export type Account = {
  readonly aws: SimulatedAws;
  readonly infrastructure: Infrastructure;
  /** `owner/name` of the repository that the account trusts. */
  readonly repository: string;
};

/** Starts an empty account, and deploys into it what the infra app makes of the manifest. */
export async function openAccount(
  wish: RehearsalArguments,
  manifest: RehearsedManifest,
  { life, progress }: { readonly life: Life; readonly progress: Progress },
): Promise<Account> {
  const { application, environment } = manifest.selected;
  const { github } = environment;
  progress.phase('synthesising the infrastructure, starting the embedded AWS');
  const trustsGithub = github === undefined || github.provider !== undefined;
  const onComplaint = (line: string) => progress.say(line);
  const [synthesis, aws] = await Promise.all([
    synthesise(manifest, life.signal),
    startSimulatedAws({ ...wish, frontDoorPort: wish.port, trustsGithub, onComplaint }, life),
  ]);
  progress.say(describeSynthesis(synthesis));
  progress.phase('deploying the infrastructure into the embedded AWS');
  const started = performance.now();
  const repository = github?.repository ?? `${application}/${application}`;
  const administrator = openAdministrator({ url: aws.url, region: environment.region });
  const { stacks, ...infrastructure } = await provisionFromTemplates(aws, administrator, {
    manifest: manifest.selected,
    stacks: synthesis.stacks,
    repository,
    driver: wish.driver,
    missingSecrets: scenarios[wish.scenario].missingSecrets ?? [],
  });
  progress.say(describeDeployment(stacks, (performance.now() - started) / 1000));
  return { aws, infrastructure, repository };
}
