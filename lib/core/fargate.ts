/**
 * The sizes that Fargate knows: CPU units to MiB of memory.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const memoryByCpu: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, gibibytes({ from: 1, to: 4 })],
  [1024, gibibytes({ from: 2, to: 8 })],
  [2048, gibibytes({ from: 4, to: 16 })],
  [4096, gibibytes({ from: 8, to: 30 })],
  [8192, gibibytes({ from: 16, to: 60, by: 4 })],
  [16384, gibibytes({ from: 32, to: 120, by: 8 })],
]);

/** In CPU units: 1024 are one vCPU. */
export const fargateCpus: readonly number[] = [...memoryByCpu.keys()];

/** The memory sizes (MiB) that go with `cpu` units; empty for a CPU that Fargate does not offer. */
export function fargateMemories(cpu: number): readonly number[] {
  return memoryByCpu.get(cpu) ?? [];
}

export function isFargatePair(cpu: number, memory: number): boolean {
  return fargateMemories(cpu).includes(memory);
}

/** `512, 1024, 2048`, or `1024 to 4096 in steps of 1024`. */
export function describeFargateMemories(cpu: number): string {
  const memories = fargateMemories(cpu);
  const [first, second] = memories;
  if (memories.length <= 3 || first === undefined || second === undefined) return memories.join(', ');
  return `${first} to ${memories.at(-1)} in steps of ${second - first}`;
}

/** What tasks run on; `FARGATE_SPOT` for what may be interrupted. */
export type CapacityProvider = 'FARGATE' | 'FARGATE_SPOT';

export function capacityProvider({ spot }: { readonly spot: boolean }): CapacityProvider {
  return spot ? 'FARGATE_SPOT' : 'FARGATE';
}

function gibibytes({ from, to, by = 1 }: { from: number; to: number; by?: number }): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, step) => (from + step * by) * 1024);
}
