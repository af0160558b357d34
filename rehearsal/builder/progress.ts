/** Progress as `docker buildx … --progress plain` prints it: numbered steps, each with a line when it is done. */
export type Progress = {
  step<Result>(says: string, work: () => Promise<Result>): Promise<Result>;
  readonly warn: (sentence: string) => void;
};

export function plainProgress(
  write: (line: string) => void,
  elapsedMs: () => number = () => performance.now(),
): Progress {
  let count = 0;
  return {
    async step(says, work) {
      const number = ++count;
      const startedAt = elapsedMs();
      write(`#${number} ${says}`);
      try {
        const result = await work();
        write(`#${number} DONE ${((elapsedMs() - startedAt) / 1000).toFixed(1)}s`);
        return result;
      } catch (error) {
        write(`#${number} ERROR: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    },
    warn: (sentence) => write(`WARNING: ${sentence}`),
  };
}
