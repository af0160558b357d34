/** What code is given instead of taking it: time, chance and a place for words. Types only; core reads none of them itself. */

export type Clock = {
  /** Milliseconds since the epoch, for what people read. */
  now(): number;
  /** Milliseconds from any fixed point, never set back, for deadlines. */
  elapsed(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Does `work` after `ms`, unless what it returns is called before. Nobody waits for it, as one does in a sleep. */
  after(ms: number, work: () => void): () => void;
};

/** A number in [0, 1). */
export type Chance = () => number;

export type Log = {
  info(line: string): void;
  warn(line: string): void;
  /** Lines written by `work` are folded under `title` in the job's log. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
};
