import { runStep } from '../../../lib/github/step.ts';
import { planComment } from './main.ts';

await runStep('plan-comment', planComment);
