import { runStep } from '../../../lib/github/step.ts';
import { configEnv } from './main.ts';
import { removeExport } from './post.ts';

await runStep('config-env', configEnv, { work: removeExport, when: 'always' });
