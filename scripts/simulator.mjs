// npm run simulator -- --port N …: the embedded AWS alone.
import { emitIfStale, returnToCaller } from './emit.mjs';

emitIfStale();
returnToCaller();
await import('../build/simulator/cli.js');
