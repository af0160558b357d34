/** Eventual consistency: for a while after a write, reads of the same thing show what was there before. */
export type StaleReads<Seen> = {
  /** Remembers what a reader would have seen until now; `undefined` means that it was not there. */
  remember(arn: string, before: Seen | undefined): void;
  /** What a reader sees: the remembered answer while it is fresh, else the current one. */
  read(arn: string, current: () => Seen | undefined): Seen | undefined;
};

type After = (seconds: number, work: () => void) => unknown;

export function staleReads<Seen>(after: After, lagSeconds: () => number): StaleReads<Seen> {
  const remembered = new Map<string, { before: Seen | undefined }>();
  return {
    remember(arn, before) {
      if (lagSeconds() <= 0) return;
      const entry = { before };
      remembered.set(arn, entry);
      after(lagSeconds(), () => {
        if (remembered.get(arn) === entry) remembered.delete(arn);
      });
    },
    read(arn, current) {
      const entry = remembered.get(arn);
      return entry === undefined ? current() : entry.before;
    },
  };
}
