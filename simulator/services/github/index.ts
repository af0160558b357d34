import type { Cloud, Github, WireRequest, WireResponse } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { jsonAnswer } from '../../transport/answer.ts';
import type { Protocol } from '../../transport/exchange.ts';
import { claimsOf, jobShape } from './claims.ts';
import type { Job } from './claims.ts';
import { deploymentShape, statusShape } from './deployments.ts';
import type { Comments } from './comments.ts';
import type { Deployments } from './deployments.ts';
import { history, historyShape } from './history.ts';
import { createRest, restPath } from './rest.ts';
import type { Files } from './rest.ts';
import { signedToken, signingKey } from './tokens.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const tokenLifeSeconds = 300;

/** GitHub as far as a job needs it: the issuer of OIDC tokens under `/_github/`, the REST API under `/_github/api/`. */
export type GithubSide = {
  readonly state: Github;
  readonly protocol: Protocol;
  /** Says which job asks from now on. Throws ZodError for claims that GitHub does not have. */
  describeJob(job: unknown): void;
  /** Bearer token that a job has in ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly requestToken: string;
  /** What a job has as `github.token`. */
  readonly apiToken: string;
  /** Which commits the job's repository has. Throws ZodError for what is no list of commits. */
  describeHistory(commits: unknown): void;
  /** Which files a commit has: contents by path, by commit. */
  describeFiles(files: Files): void;
  readonly deployments: Pick<Deployments, 'list'>;
  readonly comments: Comments;
};

export function createGithub(cloud: Cloud): GithubSide {
  const keyId = `github-${cloud.seed}`;
  const requestToken = `github-request-${cloud.random('github-request-token').text(32)}`;
  let job = jobShape.parse({});
  let commits = history([]);
  let files: Files = {};
  const rest = createRest(cloud, { job: () => job, history: () => commits, files: () => files });

  const idToken = (request: WireRequest): WireResponse => {
    if (request.headers['authorization']?.toLowerCase() !== `bearer ${requestToken}`) {
      throw new AwsError('Unauthorized', 'The request token is missing or wrong.', { status: 401 });
    }
    const query = new URL(request.path, 'http://localhost').searchParams;
    const now = Math.floor(cloud.clock.now() / 1000);
    const claims = {
      ...claimsOf(job),
      iss: issuer,
      aud: query.get('audience') ?? `https://github.com/${job.repository.split('/')[0]}`,
      jti: cloud.random('token-ids').text(32),
      iat: now,
      nbf: now,
      exp: now + tokenLifeSeconds,
    };
    return jsonAnswer(200, { count: 1, value: signedToken(keyId, claims) });
  };

  const pages: Readonly<Record<string, (request: WireRequest) => WireResponse>> = {
    '/_github/token': idToken,
    '/_github/.well-known/openid-configuration': () =>
      jsonAnswer(200, {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks`,
        subject_types_supported: ['public', 'pairwise'],
        response_types_supported: ['id_token'],
        claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', ...Object.keys(claimsOf(job))],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid'],
      }),
    '/_github/.well-known/jwks': () => jsonAnswer(200, { keys: [{ use: 'sig', alg: 'RS256', ...signingKey(keyId) }] }),
  };

  return {
    state: { issuer, keys: () => [signingKey(keyId)] },
    requestToken,
    apiToken: rest.token,
    deployments: rest.deployments,
    comments: rest.comments,
    describeJob: (described) => {
      job = jobShape.parse(described);
      if (job.deployment) deployAsJob(rest.deployments, job);
    },
    describeHistory: (described) => {
      commits = history(historyShape.parse(described));
    },
    describeFiles: (described) => {
      files = described;
    },
    protocol: (request, requestId) => {
      const path = request.path.split('?', 1)[0]!;
      if (!path.startsWith('/_github/')) return undefined;
      const isRest = path.startsWith(restPath);
      return {
        service: 'github',
        operation: isRest ? rest.operationOf(request) : path.slice('/_github/'.length),
        requestId,
        carryOut: () => {
          if (isRest) return rest.carryOut(request);
          const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
          if (page === undefined) throw new AwsError('NotFound', `The simulator has no ${path}.`, { status: 404 });
          return page(request);
        },
        refuse: (error) => jsonAnswer(error.status, { message: error.message }),
      };
    },
  };
}

/** What GitHub does itself for a job that names an environment: its creator is who started the run. */
function deployAsJob(deployments: Deployments, { environment = 'production', ...job }: Job): void {
  const asked = deploymentShape.parse({ ref: job.ref, auto_merge: false, required_contexts: [], environment });
  const made = deployments.create(asked, { sha: job.sha, creator: job.actor });
  const log_url = `https://github.com/${job.repository}/actions/runs/${job.run_id}/job/${made.id}`;
  deployments.tell(made, statusShape.parse({ state: 'in_progress', log_url }));
}
