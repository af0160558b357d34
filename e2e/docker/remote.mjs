// Builders elsewhere: over the network, and suddenly gone.
import { expect, how, skip, why } from './tell.mjs';

/** By name, while another builder is the one in use. */
export async function checkRemote({ build, write }, environment) {
  write('services/nine/index.txt', 'over the network\n');
  const run = await build(environment, 't', { services: 'eight,nine', builder: 'network', 'cache-to': 'none' });
  expect(
    run.status === 0 && how(run, 'built').includes('nine') && /instance using remote driver/.test(run.log),
    `a builder behind TCP, given by its name, builds and pushes (${run.seconds} s)${why(run)}`,
  );
  const unknown = await build(environment, 't2', { services: 'nine', builder: 'nobody', 'skip-unchanged': 'false' });
  expect(
    unknown.status === 1 && /builder.* E_INPUT|E_INPUT.*builder/.test(unknown.log),
    'one that nobody made is refused',
  );
}

export async function checkLostBuilder({ build, write }, environment, { child }) {
  write('services/six/Dockerfile', 'FROM scratch\nCOPY base/ /\nRUN ["/bin/busybox", "sleep", "10"]\n');
  const run = await build(environment, 'l', { services: 'six' }, (line) => {
    if (/RUN .*sleep/.test(line)) child.kill('SIGKILL');
  });
  if (child.signalCode === null) return skip('a builder that is killed', 'no RUN step was reached');
  expect(
    run.status === 1 && /builder was killed|is gone/.test(run.log),
    'a builder that is killed is named as such, and no Dockerfile is blamed',
  );
}
