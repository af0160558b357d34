import { callerArn } from './services/iam/caller.ts';
import type { CallNote, Exchange } from './transport/exchange.ts';

/** One call, as one line of the log. */
export type LogEntry = {
  /** ISO 8601, on the simulator's clock. */
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  /** ARN of the caller, `anonymous`, or absent when nobody could be made out. */
  readonly principal?: string;
  /** Secret members are left out. */
  readonly parameters?: unknown;
  /** Absent when the connection broke before an answer. */
  readonly status?: number;
  readonly error?: string;
  readonly fault?: string;
};

export type RequestLog = {
  record(exchange: Exchange, note: CallNote, outcome: Pick<LogEntry, 'status' | 'error' | 'fault'>): void;
  /** Number of calls so far, by `service:Operation`. */
  calls(): Readonly<Record<string, number>>;
};

/** Counts every call and hands it to `sink`. */
export function createRequestLog(now: () => number, sink: (entry: LogEntry) => void): RequestLog {
  const counts = new Map<string, number>();
  return {
    record({ service, operation }, { principal, parameters }, outcome) {
      const name = `${service}:${operation}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      sink({
        time: new Date(now()).toISOString(),
        service,
        operation,
        ...(principal === undefined ? {} : { principal: callerArn(principal) }),
        ...(parameters === undefined ? {} : { parameters }),
        ...outcome,
      });
    },
    calls: () => Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
