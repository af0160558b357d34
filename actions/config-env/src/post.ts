import { rm } from 'node:fs/promises';
import type { Step } from '../../../lib/github/step.ts';
import { exportedFile } from './export.ts';

/** At the end of the job, however it went: the file with values goes. */
export async function removeExport(step: Step): Promise<void> {
  const file = step.state.get(exportedFile);
  if (file !== undefined) await rm(file, { force: true });
}
