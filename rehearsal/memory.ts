import { readdir, readFile } from 'node:fs/promises';

/**
 * Peaks in MiB of this process and all below it, where the system tells (/proc). Proportional set sizes: what processes
 * share, such as Node's own code, is counted once.
 */
export type MemoryWatch = { stop(): Record<string, number> };

export function watchMemory(simulatorId: number): MemoryWatch {
  const peak = { simulator: 0, everything: 0 };
  let stopped = false;
  const look = async () => {
    const processes = await readProcesses();
    peak.simulator = Math.max(peak.simulator, processes.get(simulatorId)?.mebibytes ?? 0);
    peak.everything = Math.max(peak.everything, total(processes, process.pid));
  };
  const timer = setInterval(() => void look().catch(() => {}), 2000);
  timer.unref();
  return {
    stop() {
      if (!stopped) clearInterval(timer);
      stopped = true;
      return peak.everything === 0
        ? {}
        : { simulator: Math.round(peak.simulator), everything: Math.round(peak.everything) };
    },
  };
}

type Process = { readonly parent: number; readonly mebibytes: number };

async function readProcesses(): Promise<Map<number, Process>> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(ids.map(async (id) => [Number(id), await readProcess(id)] as const));
  return new Map(found.filter((entry): entry is readonly [number, Process] => entry[1] !== undefined));
}

async function readProcess(id: string): Promise<Process | undefined> {
  const [status, sizes] = await Promise.all([
    readFile(`/proc/${id}/status`, 'utf8').catch(() => ''),
    readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => ''),
  ]);
  const parent = /^PPid:\s+(\d+)/m.exec(status);
  const kibibytes = /^Pss:\s+(\d+)/m.exec(sizes);
  if (parent === null || kibibytes === null) return undefined;
  return { parent: Number(parent[1]), mebibytes: Number(kibibytes[1]) / 1024 };
}

function total(processes: ReadonlyMap<number, Process>, root: number): number {
  const children = [...processes].filter(([, { parent }]) => parent === root).map(([id]) => id);
  return (processes.get(root)?.mebibytes ?? 0) + children.reduce((sum, id) => sum + total(processes, id), 0);
}
