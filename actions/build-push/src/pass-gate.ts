import type { MadeImage } from './apply.ts';
import type { BuildPush } from './work.ts';
import { summariseFindings } from './report.ts';
import { type ScanResult, ScanRefusal, passScanGate } from './scan-gate.ts';

/** The scan gate, where one is wished; what was found is in the summary also when it stays shut. */
export async function passGate(
  { step, aws, inputs, manifest }: BuildPush,
  made: readonly MadeImage[],
): Promise<readonly ScanResult[]> {
  const { scanGate: gate, scanWaitMinutes: waitMinutes } = inputs;
  if (gate === 'none') return [];
  try {
    return await passScanGate(aws, made, { gate, waitMinutes, exceptions: manifest.scanExceptions });
  } catch (error) {
    if (error instanceof ScanRefusal) step.summary.add(summariseFindings(error.results));
    throw error;
  }
}
