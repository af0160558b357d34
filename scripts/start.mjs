// npm start: the whole pipeline on the embedded AWS.
import { emitIfStale, returnToCaller } from './emit.mjs';

emitIfStale();
returnToCaller();
// Node 20 is meant to work while it lasts; the SDK's word on it helps nobody who watches a start.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
await import('../build/rehearsal/main.js');
