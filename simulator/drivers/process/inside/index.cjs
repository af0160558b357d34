'use strict';
/*
 * Loaded into every Node process of a task before its own code (`node --require`). It gives the process what awsvpc
 * gives a container: an interface of its own and the resolver of the VPC. The application is not changed:
 *
 *   listen   on every interface or on localhost  → on the task's address
 *   connect  to localhost                        → to the task's address
 *   lookup   of any name                         → asks the simulator, never the internet
 *
 * Everything here is plain CommonJS without dependencies, because it runs in whatever the task runs.
 */
const { syncBuiltinESMExports } = require('node:module');
const { patchConnect } = require('./connect.cjs');
const { patchListen } = require('./listen.cjs');
const { patchNames } = require('./names.cjs');

dieWithTheSimulator();
patchListen();
patchConnect();
patchNames();
// Modules that import `node:net` and `node:dns` by name see the changes too.
syncBuiltinESMExports();

/** The channel closes when the simulator ends, however it ends; then nothing of the task may stay behind. */
function dieWithTheSimulator() {
  if (process.channel === undefined || process.channel === null) return;
  process.on('disconnect', () => {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      process.kill(process.pid, 'SIGKILL');
    }
  });
  process.channel.unref();
  // A container has no parent to talk to.
  process.send = undefined;
}
