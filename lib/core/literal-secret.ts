/**
 * Why a value in plain sight looks like a secret, in words that do not repeat it, or undefined. `name` is the variable,
 * argument or parameter it is given to, where there is one.
 */
export function literalSecret(value: string, name?: string): string | undefined {
  const known = knownForms.find(({ pattern }) => pattern.test(value));
  if (known !== undefined) return `it holds ${known.what}`;
  if (name === undefined) return undefined;
  if (isSecretName(name) && !/^(?:true|false)?$/.test(value)) return 'its name says that it is a secret';
  return !isFingerprintName(name) && looksRandom(value) ? 'it looks random, as secrets do' : undefined;
}

/** PGPASSWORD, JWT_SECRET, GITHUB_TOKEN_2, but neither TOKEN_TTL nor MAX_TOKENS. */
function isSecretName(name: string): boolean {
  return /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY|MASTER_?KEY|(?:^|_)(?:PASS|PWD))(?:_(?:\d+|B64|BASE64|VALUE|OLD|NEW|CURRENT|PREVIOUS))?$/.test(
    name.normalize('NFKC').toUpperCase().replace(/[.-]/g, '_'),
  );
}

const knownForms: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /(?:^|[^A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?:[^A-Z0-9]|$)/, what: 'an AWS access key' },
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY/, what: 'a private key' },
  { pattern: /(?:gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/, what: 'a GitHub token' },
  { pattern: /glpat-[A-Za-z0-9_-]{20,}/, what: 'a GitLab token' },
  { pattern: /npm_[A-Za-z0-9]{30,}/, what: 'an npm token' },
  { pattern: /xox[abeoprs]-[A-Za-z0-9-]{10,}/, what: 'a Slack token' },
  { pattern: /(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}/, what: 'a Stripe key' },
  { pattern: /\bsk-[A-Za-z0-9_-]{32,}/, what: 'an API key' },
  { pattern: /AIza[A-Za-z0-9_-]{35}/, what: 'a Google API key' },
  { pattern: /\beyJ[A-Za-z0-9_-]{10,300}\.eyJ/, what: 'a signed token (JWT)' },
  // `{` begins a piece of a template: there the password is composed later.
  { pattern: /:\/\/[^\s/?#:@]*:[^\s/?#@{][^\s/?#@]*@/, what: 'a URL with a password' },
  {
    pattern: /[?&;](?:password|passwd|pwd|secret|token|access_key|api_key)=[^\s&;{]/i,
    what: 'a password among its parameters',
  },
];

/** A digest or an id is random and no secret. */
function isFingerprintName(name: string): boolean {
  return /(?:SHA|SHA1|SHA256|COMMIT|DIGEST|REVISION|CHECKSUM|FINGERPRINT|INTEGRITY|VERSION|RELEASE|ETAG)$/i.test(name);
}

function looksRandom(value: string): boolean {
  const whole = /^[A-Za-z0-9+/]{24,}={0,2}$/.test(value) && !value.startsWith('/') ? [value] : [];
  return [...whole, ...value.replace(uuid, ' ').split(/[^A-Za-z0-9]+/)].some(isRandomWord);
}

const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

function isRandomWord(word: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(word)) return /[a-f]/i.test(word) && entropy(word) > 3;
  const digits = word.match(/[0-9]/g)?.length ?? 0;
  const changes = changesOfKind(word) / word.length;
  // Words put together change between small, capital and digit now and then; chance does it at every other character.
  if (word.length >= 32 && changes >= 0.3 && entropy(word) >= 4.5) return true;
  return word.length >= 20 && digits >= 2 && changes >= 0.4 && entropy(word) >= 3.5;
}

function changesOfKind(word: string): number {
  const kinds = Array.from(word, (character) =>
    /[a-z]/.test(character) ? 'small' : /[A-Z]/.test(character) ? 'capital' : 'other',
  );
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length;
}

/** Shannon's, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
