import { ZodError, type z } from 'zod';
import type { Cloud, WireRequest, WireResponse } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { jsonAnswer } from '../../transport/answer.ts';
import type { Job } from './claims.ts';
import { commentShape, createComments } from './comments.ts';
import type { Comments } from './comments.ts';
import { createDeployments, deploymentShape, statusShape } from './deployments.ts';
import type { Deployments } from './deployments.ts';
import type { History } from './history.ts';

export const restPath = '/_github/api/';

type Right = 'contents:read' | 'deployments:read' | 'deployments:write' | 'pull-requests:read' | 'pull-requests:write';
type Asked = { readonly path: readonly string[]; readonly query: URLSearchParams; readonly body: unknown };
type Route = {
  readonly operation: string;
  readonly method: string;
  /** Below `repos/<owner>/<name>/`. */
  readonly pattern: RegExp;
  readonly needs: Right;
  answer(asked: Asked): WireResponse;
};

type World = { readonly job: () => Job; readonly history: () => History; readonly files: () => Files };

/** Contents of files by path, by commit. */
export type Files = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** GitHub's REST API for one repository, the job's: commits compared, files, deployments with their statuses, comments. */
export function createRest(cloud: Cloud, world: World) {
  const { job } = world;
  const token = `ghs_${cloud.random('github-token').text(36)}`;
  const deployments = createDeployments(cloud.clock);
  const comments = createComments(cloud.clock);
  const routes = [...routesOf({ ...world, deployments }), ...commentRoutes(comments), filesRoute(world)];

  return {
    token,
    deployments,
    comments,
    /** The name that faults and the request log know a request by. */
    operationOf: (request: WireRequest): string => match(routes, request)?.route.operation ?? 'unknown',
    carryOut(request: WireRequest): WireResponse {
      if (!/^(?:token|bearer) /i.test(request.headers['authorization'] ?? '')) throw refusal(404, 'Not Found');
      if (request.headers['authorization']?.split(' ')[1] !== token) throw refusal(401, 'Bad credentials');
      const found = match(routes, request);
      if (found === undefined || found.repository !== job().repository) throw refusal(404, 'Not Found');
      if (!allows(job(), found.route.needs)) throw refusal(403, 'Resource not accessible by integration');
      return found.route.answer(found.asked);
    },
  };
}

/** An error as GitHub's REST API writes it. */
export function refusal(status: number, message: string): AwsError {
  return new AwsError(`Http${status}`, message, { status });
}

function allows({ permissions }: Job, right: Right): boolean {
  const [scope = '', level] = right.split(':');
  const granted = permissions[scope];
  return granted === 'write' || granted === level;
}

function match(routes: readonly Route[], request: WireRequest) {
  const { pathname, searchParams: query } = new URL(request.path, 'http://localhost');
  const [, owner, name, rest = ''] = /^\/_github\/api\/repos\/([^/]+)\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
  for (const route of routes) {
    const found = request.method === route.method ? route.pattern.exec(decodeURIComponent(rest)) : null;
    if (found === null) continue;
    return { route, repository: `${owner}/${name}`, asked: { path: found.slice(1), query, body: bodyOf(request) } };
  }
  return undefined;
}

function bodyOf({ body }: WireRequest): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw refusal(400, 'Problems parsing JSON');
  }
}

type Parts = Pick<World, 'job' | 'history'> & { readonly deployments: Deployments };

function routesOf({ deployments, job, history }: Parts): readonly Route[] {
  const one = (id: string | undefined) => {
    const found = deployments.find(Number(id));
    if (found === undefined) throw refusal(404, 'Not Found');
    return found;
  };
  return [
    {
      operation: 'compareCommits',
      method: 'GET',
      pattern: /^compare\/(.+?)\.\.\.(.+)$/,
      needs: 'contents:read',
      answer: ({ path: [base = '', head = ''] }) => compared(history(), base, head),
    },
    {
      operation: 'listDeployments',
      method: 'GET',
      pattern: /^deployments$/,
      needs: 'deployments:read',
      answer: ({ query }) => {
        const wanted = ['sha', 'ref', 'task', 'environment'] as const;
        const found = deployments
          .list()
          .map(({ deployment }) => deployment)
          .filter((deployment) => wanted.every((key) => [null, deployment[key]].includes(query.get(key))));
        return jsonAnswer(200, found.slice(0, Number(query.get('per_page') ?? 30)));
      },
    },
    {
      operation: 'createDeployment',
      method: 'POST',
      pattern: /^deployments$/,
      needs: 'deployments:write',
      answer: ({ body }) => {
        const asked = parsed(deploymentShape, body);
        const sha = /^[0-9a-f]{40}$/.test(asked.ref) ? asked.ref : job().sha;
        if (!history().has(sha)) throw refusal(422, `No ref found for: ${asked.ref}`);
        return jsonAnswer(201, deployments.create(asked, { sha, creator: 'github-actions[bot]' }));
      },
    },
    {
      operation: 'listDeploymentStatuses',
      method: 'GET',
      pattern: /^deployments\/(\d+)\/statuses$/,
      needs: 'deployments:read',
      answer: ({ path: [id], query }) =>
        jsonAnswer(200, one(id).statuses.slice(0, Number(query.get('per_page') ?? 30))),
    },
    {
      operation: 'createDeploymentStatus',
      method: 'POST',
      pattern: /^deployments\/(\d+)\/statuses$/,
      needs: 'deployments:write',
      answer: ({ path: [id], body }) =>
        jsonAnswer(201, deployments.tell(one(id).deployment, parsed(statusShape, body))),
    },
  ];
}

/** Comments of issues; a pull request is one. https://docs.github.com/en/rest/issues/comments */
function commentRoutes(comments: Comments): readonly Route[] {
  return [
    {
      operation: 'listComments',
      method: 'GET',
      pattern: /^issues\/(\d+)\/comments$/,
      needs: 'pull-requests:read',
      answer: ({ path: [issue], query }) => {
        const size = Number(query.get('per_page') ?? 30);
        const begin = (Number(query.get('page') ?? 1) - 1) * size;
        return jsonAnswer(200, comments.of(Number(issue)).slice(begin, begin + size));
      },
    },
    {
      operation: 'createComment',
      method: 'POST',
      pattern: /^issues\/(\d+)\/comments$/,
      needs: 'pull-requests:write',
      answer: ({ path: [issue], body }) =>
        jsonAnswer(201, comments.write(Number(issue), parsed(commentShape, body).body)),
    },
    {
      operation: 'updateComment',
      method: 'PATCH',
      pattern: /^issues\/comments\/(\d+)$/,
      needs: 'pull-requests:write',
      answer: ({ path: [id], body }) => {
        const edited = comments.edit(Number(id), parsed(commentShape, body).body);
        if (edited === undefined) throw refusal(404, 'Not Found');
        return jsonAnswer(200, edited);
      },
    },
  ];
}

/** https://docs.github.com/en/rest/repos/contents: only the file itself (`application/vnd.github.raw+json`). */
function filesRoute({ files }: World): Route {
  return {
    operation: 'getContent',
    method: 'GET',
    pattern: /^contents\/(.+)$/,
    needs: 'contents:read',
    answer: ({ path: [path = ''], query }) => {
      const text = files()[query.get('ref') ?? '']?.[path];
      if (text === undefined) throw refusal(404, 'Not Found');
      const headers = { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' };
      return { status: 200, headers, body: new TextEncoder().encode(text) };
    },
  };
}

function compared(history: History, base: string, head: string): WireResponse {
  const found = history.compare(base, head);
  if (found === undefined) throw refusal(404, 'Not Found');
  const { status, ahead, behind, mergeBase } = found;
  return jsonAnswer(200, {
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    base_commit: { sha: base },
    merge_base_commit: { sha: mergeBase },
    commits: ahead.map((sha) => ({ sha })),
  });
}

function parsed<Output>(shape: z.ZodType<Output>, body: unknown): Output {
  try {
    return shape.parse(body);
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    throw refusal(
      422,
      `Validation Failed: ${error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  }
}
