/**
 * Where a service's data is, from `DATABASE_URL` or the service's own `DATABASE_URL_<NAME>`:
 *
 *     postgresql://user:password@host:5432/smartboard?schema=auth&sslmode=require
 *
 * User and password are percent-encoded in the URL. No error repeats the URL, because it holds the password.
 *
 * `sslmode`: `disable`, `require` (encrypted, the default) or `verify-full` (the server's certificate is checked too;
 * give Node the authority's certificate with NODE_EXTRA_CA_CERTS).
 */
export function readDatabaseAddress(environment) {
  const { name, value } = databaseVariable(environment);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol))
    throw new Error(`${name} is not a postgresql:// URL`);
  const schema = url.searchParams.get('schema');
  if (schema === null || !/^[a-z_][a-z0-9_]*$/.test(schema)) throw new Error(`${name} names no schema (?schema=…)`);
  return {
    schema,
    connection: {
      host: url.hostname,
      port: Number(url.port || 5432),
      database: url.pathname.slice(1),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      ssl: tlsFor(url.searchParams.get('sslmode') ?? 'require', name),
      connectionTimeoutMillis: 5000,
    },
  };
}

function databaseVariable(environment) {
  const names = Object.keys(environment).filter((name) => name.startsWith('DATABASE_URL_'));
  const name = environment.DATABASE_URL === undefined ? names[0] : 'DATABASE_URL';
  if (name === undefined) throw new Error('DATABASE_URL is not set');
  if (name !== 'DATABASE_URL' && names.length > 1) throw new Error(`only one of ${names.join(', ')} may be set`);
  return { name, value: environment[name] };
}

function tlsFor(mode, name) {
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  if (mode === 'verify-full') return { rejectUnauthorized: true };
  throw new Error(`${name} has an unknown sslmode: use disable, require or verify-full`);
}
