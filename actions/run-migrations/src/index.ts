import { runStep } from '../../../lib/github/step.ts';
import { runMigrations } from './main.ts';

await runStep('run-migrations', runMigrations);
