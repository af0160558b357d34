// The program behind the name `docker` in a rehearsal's PATH.
import { runStandIn } from './stand-in.ts';

process.exitCode = await runStandIn(process.argv.slice(2), {
  environment: process.env,
  directory: process.cwd(),
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
});
