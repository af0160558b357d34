/** Eventual consistency: for a while after a write, reads of the same thing show what was there before. */
export type StaleReads = {
  /** Remembers what a reader would have seen until now; `undefined` means that it was not there. */
  remember(arn: string, before: unknown): void;
  /** What a reader sees: the remembered answer while it is fresh, else the current one. */
  read<Answer>(arn: string, current: () => Answer): Answer | undefined;
};

export function staleReads(
  after: (seconds: number, work: () => void) => unknown,
  lagSeconds: () => number,
): StaleReads {
  const remembered = new Map<string, { before: unknown }>();
  return {
    remember(arn, before) {
      if (lagSeconds() <= 0) return;
      const entry = { before };
      remembered.set(arn, entry);
      after(lagSeconds(), () => {
        if (remembered.get(arn) === entry) remembered.delete(arn);
      });
    },
    read<Answer>(arn: string, current: () => Answer) {
      const entry = remembered.get(arn);
      return entry === undefined ? current() : (entry.before as Answer | undefined);
    },
  };
}
