// npm start: the whole pipeline on the embedded AWS.
import { emitIfStale, root } from './emit.mjs';

emitIfStale();
await import(new URL('build/rehearsal/main.js', `file://${root}/`).href);
