import { resolve } from 'node:path';
import { openAws } from '../../lib/aws/session.ts';
import type { Log } from '../../lib/core/world.ts';
import { systemChance, systemClock } from '../../lib/world/system.ts';
import { cdkProgram } from './cdk.ts';
import { run } from './run.ts';

const say = (text: string) => void process.stdout.write(`${text}\n`);
const log: Log = { info: say, warn: say, group: (_, work) => work() };

// npm changes into the workspace's folder, and says where it was called.
process.exitCode = await run(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd(), {
  suite: resolve(import.meta.dirname, '../..'),
  cdk: cdkProgram({ variables: process.env }),
  openAws: (region) => openAws({ region, clock: systemClock, chance: systemChance, log }),
  print: say,
});
