// npm start: the whole pipeline on the embedded AWS.
import { emitIfStale, returnToCaller } from './emit.mjs';

emitIfStale();
returnToCaller();
await import('../build/rehearsal/main.js');
