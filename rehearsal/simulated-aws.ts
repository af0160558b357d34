import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Life } from './life.ts';
import { Trouble } from './trouble.ts';

/** The embedded AWS, in a process of its own, and its control endpoint. */
export type SimulatedAws = {
  readonly url: string;
  readonly processId: number;
  provision(resources: readonly Resource[]): Promise<Record<string, Provisioned>>;
  /** Makes a stack, or updates it, with CloudFormation; how that ended is in the answer. */
  deployStack(stack: { readonly name: string; readonly template: string }): Promise<StackTruth>;
  truth(): Promise<readonly ServiceTruth[]>;
  judge(claim: unknown): Promise<{ agrees: boolean; differences: readonly string[] }>;
  calls(): Promise<Record<string, number>>;
  /** What GitHub's issuer puts into the tokens of the job that runs now. */
  setJobClaims(claims: Record<string, string>): Promise<JobTokenAccess>;
  setFaults(rules: readonly unknown[]): Promise<void>;
};

/** A CloudFormation-shaped resource with literal properties. */
export type Resource = { id: string; type: `AWS::${string}`; properties: Record<string, unknown> };
export type Provisioned = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

export type StackTruth = {
  readonly name: string;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly (Provisioned & { readonly logicalId: string; readonly type: string })[];
  /** Resources that only look as if they were there. */
  readonly notSimulated: readonly { readonly logicalId: string; readonly type: string }[];
};

/** ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN. */
export type JobTokenAccess = { url: string; token: string };

export type ServiceTruth = {
  service: string;
  taskDefinition: string;
  deploymentId: string;
  rolloutState?: string;
  desired: number;
  running: number;
  runningDigests: string[];
  deployments: number;
  tasks: { id: string; lastStatus: string; health: string; taskDefinition: string }[];
};

export type SimulatorOptions = {
  driver: 'process' | 'model';
  speed: number;
  seed: number;
  frontDoorPort: number;
  /** Whether the account trusts GitHub's tokens before somebody makes the provider. */
  trustsGithub: boolean;
  log: string | undefined;
  /** What it has to say besides its answers, line by line. */
  readonly onComplaint: (line: string) => void;
};

export async function startSimulatedAws(options: SimulatorOptions, life: Life): Promise<SimulatedAws> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../simulator/cli.js', import.meta.url)), ...argv(options)],
    {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: life.directory },
      detached: true, // a terminal's Ctrl-C is ours alone: we end the steps first, then the simulator
    },
  );
  createInterface({ input: child.stderr! }).on('line', options.onComplaint);

  let ending = false;
  const exited = once(child, 'exit');
  life.onEnd(async () => {
    ending = true;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(late);
  });
  child.once('exit', (code, signal) => {
    if (!ending) life.abort(new Trouble(`The embedded AWS ended (${signal ?? `exit code ${code}`}).`));
  });

  const url = await ready(child, life);
  return { url, processId: child.pid ?? 0, ...control(url, life.signal) };
}

function argv({ driver, speed, seed, frontDoorPort, trustsGithub, log }: SimulatorOptions): string[] {
  const options = ['--port', '0', '--driver', driver, '--speed', String(speed), '--seed', String(seed)];
  options.push('--front-door-port', String(frontDoorPort));
  options.push('--github-provider', trustsGithub ? 'given' : 'absent');
  return log === undefined ? options : [...options, '--log', log];
}

function ready(child: NodeJS.EventEmitter, life: Life): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { ready?: boolean; url?: string }) => {
      if (message.ready === true && message.url !== undefined) resolve(message.url);
    });
    life.signal.addEventListener('abort', () => reject(life.signal.reason as Error), { once: true });
  });
}

function control(url: string, signal: AbortSignal): Omit<SimulatedAws, 'url' | 'processId'> {
  const ask = async <Answer>(path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}/_simulator/${path}`, {
      signal,
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Answer & { message?: string };
    if (!response.ok) throw new Trouble(`The embedded AWS refused ${path}: ${answer.message ?? response.status}`);
    return answer;
  };
  return {
    provision: (resources) => ask('resources', resources),
    deployStack: (stack) => ask('stacks', stack),
    truth: () => ask('truth'),
    judge: (claim) => ask('agrees', claim),
    calls: () => ask('calls'),
    setJobClaims: (claims) => ask('github', claims),
    setFaults: async (rules) => void (await ask('faults', rules)),
  };
}
