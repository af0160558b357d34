// One line for each promise of build-push.
export const problems = [];

export function expect(holds, what) {
  console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
  if (!holds) problems.push(what);
}

export function skip(what, reason) {
  console.log(`!!!! SKIPPED: ${what} (${reason})`);
}

/** The last lines of a step that did not do what it should. */
export function why(run) {
  return run.status === 0 ? '' : `\n        ${run.log.trim().split('\n').slice(-8).join('\n        ')}`;
}

/** The services whose images came about in this way. */
export function how(run, way) {
  return run.builds.filter((image) => image.how === way).map(({ service }) => service);
}
