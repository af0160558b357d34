// npm run simulator -- --port N …: the embedded AWS alone.
import { emitIfStale, root } from './emit.mjs';

emitIfStale();
await import(new URL('build/simulator/cli.js', `file://${root}/`).href);
