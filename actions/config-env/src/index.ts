import { runStep } from '../../../lib/github/step.ts';
import { configEnv } from './main.ts';

await runStep('config-env', configEnv);
