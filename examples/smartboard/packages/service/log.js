const levels = ['debug', 'info', 'warn', 'error'];
const least = levels.indexOf(process.env.LOG_LEVEL ?? 'info');

/** One JSON line; nothing below LOG_LEVEL. Never give it a value out of the environment. */
export function log(level, message) {
  if (levels.indexOf(level) < least) return;
  console.log(JSON.stringify({ time: new Date().toISOString(), level, message }));
}
