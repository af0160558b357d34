// npm run simulator -- --port N …: the embedded AWS alone.
import { emitIfStale, returnToCaller, root } from './emit.mjs';

emitIfStale();
returnToCaller();
await import(new URL('build/simulator/cli.js', `file://${root}/`).href);
