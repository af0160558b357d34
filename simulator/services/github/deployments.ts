import { z } from 'zod';
import type { Clock } from '../../clock.ts';

/** What a repository's page of deployments shows. */
export type Deployment = {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly production_environment: boolean;
  readonly transient_environment: boolean;
  readonly creator: { readonly login: string };
  readonly created_at: string;
};

export type DeploymentStatus = {
  readonly id: number;
  readonly state: z.output<typeof statusShape>['state'];
  readonly description: string;
  readonly log_url: string;
  readonly target_url: string;
  readonly environment_url: string;
  readonly environment: string;
  readonly created_at: string;
};

export const deploymentShape = z.strictObject({
  ref: z.string().min(1),
  task: z.string().default('deploy'),
  // GitHub's own default is true: it would merge the default branch into what is deployed.
  auto_merge: z.literal(false, { error: 'The simulator merges nothing: say auto_merge: false.' }),
  required_contexts: z.array(z.string()).max(0, 'The simulator has no commit statuses.'),
  payload: z.unknown().default({}),
  environment: z.string().default('production'),
  description: z.string().max(140).nullable().default(null),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});

export const statusShape = z.strictObject({
  state: z.enum(['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']),
  target_url: z.string().default(''),
  log_url: z.string().default(''),
  description: z.string().max(140).default(''),
  environment: z.string().optional(),
  environment_url: z.string().default(''),
  auto_inactive: z.boolean().default(true),
});

export type Deployments = ReturnType<typeof createDeployments>;

/** The deployments of one repository, newest first, and what became of each. */
export function createDeployments(clock: Clock) {
  const all: { readonly deployment: Deployment; readonly statuses: DeploymentStatus[] }[] = [];
  let ids = 0;
  const now = () => new Date(clock.now()).toISOString();

  const addStatus = (of: Deployment, asked: z.output<typeof statusShape>): DeploymentStatus => {
    const { auto_inactive: _, ...said } = asked;
    const status: DeploymentStatus = {
      ...said,
      id: ++ids,
      environment: said.environment ?? of.environment,
      log_url: said.log_url || said.target_url,
      target_url: said.target_url || said.log_url,
      created_at: now(),
    };
    all.find(({ deployment }) => deployment.id === of.id)?.statuses.unshift(status);
    return status;
  };

  return {
    find: (id: number) => all.find(({ deployment }) => deployment.id === id),
    list: (): readonly { readonly deployment: Deployment; readonly statuses: readonly DeploymentStatus[] }[] => all,
    create(asked: z.output<typeof deploymentShape>, { sha, creator }: { sha: string; creator: string }): Deployment {
      const { auto_merge: _, required_contexts: __, production_environment: production, ...said } = asked;
      const deployment: Deployment = {
        ...said,
        id: ++ids,
        sha,
        production_environment: production ?? said.environment === 'production',
        creator: { login: creator },
        created_at: now(),
      };
      all.unshift({ deployment, statuses: [] });
      return deployment;
    },
    /** A success ends the earlier ones of its environment, unless that is production or it is told not to. */
    tell(of: Deployment, asked: z.output<typeof statusShape>): DeploymentStatus {
      const earlier = all.filter(
        ({ deployment }) => deployment.id < of.id && deployment.environment === of.environment,
      );
      if (asked.state === 'success' && asked.auto_inactive) {
        for (const { deployment, statuses } of earlier) {
          const isOver = !deployment.production_environment && statuses[0]?.state === 'success';
          if (isOver) addStatus(deployment, statusShape.parse({ state: 'inactive' }));
        }
      }
      return addStatus(of, asked);
    },
  };
}
