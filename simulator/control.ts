import { ZodError, z } from 'zod';
import type { Cloud, WireRequest, WireResponse } from './cloud.ts';
import { readFaultRules } from './faults.ts';
import type { FaultRule } from './faults.ts';
import { AwsError } from './operation.ts';
import type { CloudFormation } from './services/cloudformation/deploy-template.ts';
import { jsonAnswer } from './transport/answer.ts';
import { judge } from './truth.ts';

/** What whoever runs the simulator can do with it, besides what the account itself offers. */
export type Controlled = Cloud & {
  /** Replaces all fault rules; their counts and seconds begin now. */
  setFaults(rules: readonly FaultRule[]): void;
  /** Stacks without requests. */
  readonly cloudformation: CloudFormation;
  /** Number of calls so far, by `service:Operation`. */
  calls(): Readonly<Record<string, number>>;
  /** Which job GitHub's tokens speak of from now on. Throws ZodError for claims that GitHub does not have. */
  describeJob(job: unknown): void;
  /** Which commits the job's repository has. Throws ZodError for what is no list of commits. */
  describeHistory(commits: unknown): void;
  /** What a job has in ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
  readonly jobRequestToken: string;
  /** What a job has as `github.token`. */
  readonly jobApiToken: string;
};

type Page = (body: unknown, host: string) => unknown;

const resourcesShape = z.array(
  z.strictObject({
    id: z.string().min(1),
    type: z.templateLiteral(['AWS::', z.string()]),
    properties: z.record(z.string(), z.unknown()).default({}),
  }),
);

const stackShape = z.strictObject({
  name: z.string().regex(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/, 'not the name of a stack'),
  template: z.string(),
  parameters: z.record(z.string(), z.string()).default({}),
});

/**
 * `/_simulator/…`: what only whoever runs the simulator may do. Open to loopback only, and to no web page: neither
 * one with a name that resolves to 127.0.0.1, nor one of another origin.
 */
export function controlHandler(cloud: Controlled): (request: WireRequest) => Promise<WireResponse | undefined> {
  const pages: Readonly<Record<string, Page>> = {
    'GET truth': () => cloud.ecs.truth(),
    'GET calls': () => cloud.calls(),
    'GET authorizations': () => cloud.iam.authorizations(),
    'POST resources': (body) => cloud.provision(resourcesShape.parse(body)),
    'GET stacks': () => cloud.cloudformation.stacks(),
    'POST stacks': (body) => cloud.cloudformation.deploy(stackShape.parse(body)),
    'POST agrees': (body) => judge(cloud, body),
    'POST faults': (body) => {
      cloud.setFaults(readFaultRules(body));
      return {};
    },
    'POST github': (body, host) => {
      cloud.describeJob(body);
      return {
        url: `http://${host}/_github/token?api-version=2.0`,
        token: cloud.jobRequestToken,
        apiUrl: `http://${host}/_github/api`,
        apiToken: cloud.jobApiToken,
      };
    },
    'POST commits': (body) => {
      cloud.describeHistory(body);
      return {};
    },
  };

  return async (request) => {
    const path = request.path.split('?', 1)[0]!;
    if (!path.startsWith('/_simulator/')) return undefined;
    const host = request.headers['host'] ?? '';
    if (!isLoopback(host) || !isSameOrigin(request, host)) {
      return jsonAnswer(403, { message: 'The control endpoint answers on this machine only.' });
    }
    const page = pages[`${request.method} ${path.slice('/_simulator/'.length)}`];
    if (page === undefined) return jsonAnswer(404, { message: `There is no ${request.method} ${path}.` });
    try {
      return jsonAnswer(200, await page(parsedBody(request), host));
    } catch (error) {
      return jsonAnswer(400, { message: messageOf(error) });
    }
  };
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}

function isSameOrigin({ headers }: WireRequest, host: string): boolean {
  return headers['origin'] === undefined || headers['origin'] === `http://${host}`;
}

function parsedBody({ method, body }: WireRequest): unknown {
  return method === 'POST' ? JSON.parse(Buffer.from(body).toString('utf8')) : undefined;
}

function messageOf(error: unknown): string {
  if (error instanceof ZodError) return z.prettifyError(error);
  if (error instanceof AwsError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
