import { runStep } from '../../../lib/github/step.ts';
import { buildPush, cleanUp } from './main.ts';

await runStep('build-push', buildPush, { work: cleanUp, when: 'always' });
