// npm start: the whole pipeline on the embedded AWS.
import { emitIfStale, returnToCaller, root } from './emit.mjs';

emitIfStale();
returnToCaller();
await import(new URL('build/rehearsal/main.js', `file://${root}/`).href);
