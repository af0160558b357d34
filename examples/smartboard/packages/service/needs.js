/** Met when every variable is set. */
export function variables(...names) {
  return async () => {
    const missing = names.filter((name) => !process.env[name]);
    if (missing.length > 0) throw new Error(`not set: ${missing.join(', ')}`);
  };
}

const minimumLength = 32;

/** Met when every secret is set and long enough to sign with. */
export function longSecrets(...names) {
  return async () => {
    await variables(...names)();
    const short = names.filter((name) => process.env[name].length < minimumLength);
    if (short.length > 0) throw new Error(`shorter than ${minimumLength} characters: ${short.join(', ')}`);
  };
}

/** Met when every variable is an http URL. */
export function urls(...names) {
  return async () => {
    await variables(...names)();
    const wrong = names.filter(
      (name) => !/^https?:$/.test(URL.canParse(process.env[name]) ? new URL(process.env[name]).protocol : ''),
    );
    if (wrong.length > 0) throw new Error(`not a URL: ${wrong.join(', ')}`);
  };
}
