import { runStep } from '../../../lib/github/step.ts';
import { deployEcs } from './main.ts';

await runStep('deploy-ecs', deployEcs);
