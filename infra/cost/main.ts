import { readFileSync } from 'node:fs';
import { ActionError } from '../../lib/core/errors.ts';
import { costCommand } from './command.ts';

// npm changes into the workspace's folder, and says where it was called.
const folder = process.env['INIT_CWD'] ?? process.cwd();
try {
  console.log(costCommand(process.argv.slice(2), (path) => readFileSync(path, 'utf8'), folder));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error instanceof ActionError ? `${error.code}: ${error.message}\n${error.remedy}` : error.message);
  process.exitCode = 1;
}
