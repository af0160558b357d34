import type { Stage } from '../../../rehearsal/test/stage/stage.ts';

/** Where a process dies: at which of its changes, and whether that one still arrives at AWS. */
export type Kill = { readonly atChange: number; readonly arrives: boolean };

/** Runs work that dies like a killed process at one of its changes: from then on it hears and does nothing more. */
export async function killedAt<Result>(
  stage: Stage,
  kill: Kill,
  work: () => Promise<Result>,
): Promise<Result | 'killed'> {
  const { handle } = stage.cloud;
  const never = new Promise<never>(() => {});
  let changes = 0;
  let isDead = false;
  const killed = new Promise<'killed'>((resolve) => {
    const mortal: typeof handle = async (request) => {
      if (isDead) return never;
      if (!changesSomething(request.headers['x-amz-target'] ?? '') || ++changes !== kill.atChange)
        return handle(request);
      isDead = true;
      if (kill.arrives) await handle(request);
      resolve('killed');
      return never;
    };
    Object.assign(stage.cloud, { handle: mortal });
  });
  try {
    return await Promise.race([work(), killed]);
  } finally {
    Object.assign(stage.cloud, { handle });
  }
}

/** By AWS's name of the operation, e.g. `AmazonSSM.PutParameter`. */
export function changesSomething(target: string): boolean {
  return /\.(?:Put|Create|Update|Register|Deregister|Delete|Run|Stop|Tag|Untag)/.test(target);
}
