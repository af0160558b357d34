import { runStep } from '../../../lib/github/step.ts';
import { infra } from './main.ts';

await runStep('infra', infra);
