import { runStep } from '../../../lib/github/step.ts';
import { deployEcs } from './main.ts';
import { cleanUp } from './post/post.ts';

await runStep('deploy-ecs', deployEcs, { work: cleanUp, when: 'unless-ended' });
