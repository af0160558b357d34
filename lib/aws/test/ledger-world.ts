import { clockOf, inProcess } from '../../../rehearsal/in-process.ts';
import { simulateAws, type SimulatedCloud } from '../../../simulator/aws.ts';
import { virtualClock } from '../../../simulator/clock.ts';
import type { LogEntry } from '../../../simulator/request-log.ts';
import type { RunName } from '../../core/ledger.ts';
import { type Aws, openAws } from '../session.ts';
import type { LeaseWish } from '../ledger/lease.ts';

export const where = { application: 'smartboard', environment: 'prod' };
export const lockName = '/smartboard/prod/release/lock';

/** A Parameter Store in this process, on a virtual clock, and the runs that share it. */
export type LedgerWorld = {
  readonly cloud: SimulatedCloud;
  readonly clock: ReturnType<typeof virtualClock>;
  readonly calls: LogEntry[];
  readonly aws: Aws;
  /** Another one, e.g. after the cloud's `handle` was replaced. */
  openSession(): Aws;
  readonly told: string[];
  nonce(): string;
  wish(run: string, changes?: Partial<LeaseWish>): LeaseWish;
};

export function ledgerWorld(): LedgerWorld {
  const clock = virtualClock();
  const calls: LogEntry[] = [];
  const cloud = simulateAws({ clock, log: (entry) => calls.push(entry) });
  const told: string[] = [];
  const log = {
    info: (line: string) => void told.push(line),
    warn: (line: string) => void told.push(line),
    group: <T>(_title: string, work: () => Promise<T>) => work(),
  };
  const openSession = () =>
    openAws({
      region: 'eu-west-1',
      credentials: async () => ({ accessKeyId: 'simulator', secretAccessKey: 'simulator' }),
      requestHandler: inProcess(cloud),
      clock: clockOf(clock),
      chance: () => 0.5,
      log,
    });
  let nonces = 0;
  const nonce = () => `nonce-${nonces++}`;
  const signal = new AbortController().signal;
  return {
    cloud,
    clock,
    calls,
    aws: openSession(),
    openSession,
    told,
    nonce,
    wish: (id, changes = {}) => ({
      where,
      owner: runName(id),
      purpose: 'deploy',
      release: undefined,
      signal,
      log,
      nonce,
      waitForMs: 600_000,
      ...changes,
    }),
  };
}

export function runName(id: string, attempt = 1): RunName {
  const url = `https://github.com/example/smartboard/actions/runs/${id}`;
  return { repository: 'example/smartboard', workflow: 'deploy.yml', id, number: 1, attempt, actor: 'octocat', url };
}
