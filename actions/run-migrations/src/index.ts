import { runStep } from '../../../lib/github/step.ts';
import { runMigrations } from './main.ts';
import { freeLock } from './post.ts';

await runStep('run-migrations', runMigrations, { work: freeLock, when: 'always' });
