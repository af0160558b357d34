export { answerJson, readJson } from './http.js';
export { longSecrets, urls, variables } from './needs.js';
export { pass } from './pass.js';
export { redisReady } from './redis.js';
export { startService } from './service.js';
