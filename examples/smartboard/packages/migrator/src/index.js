import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { readDatabaseAddress } from '../../database/address.js';
import { migrationNames } from '../../database/migrations.js';
import { migrate } from './migrate.js';

/*
 * `node migrate.js`, run in a service's own image: applies `services/<name>/migrations/*.sql` to the schema that
 * DATABASE_URL names. Ends with 0 when the schema is up to date, 1 when it is not.
 */
try {
  const { schema, connection } = readDatabaseAddress(process.env);
  const folder = migrationsFolder(process.env.MIGRATIONS ?? 'services');
  console.log(
    `schema ${schema}: ${migrationNames(folder).length} migrations in ${path.relative('.', folder.pathname)}`,
  );
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await migrate({ client, schema, folder, say: (line) => console.log(`schema ${schema}: ${line}`) });
  } finally {
    await client.end();
  }
} catch (error) {
  console.error(`migration failed: ${explain(error)}`);
  process.exitCode = 1;
}

/** An image holds one service; a checkout holds several and must say which (MIGRATIONS=services/svc-auth). */
function migrationsFolder(start) {
  const entries = readdirSync(start, { recursive: true }).map((name) => path.join(start, name));
  const folders = entries.filter((name) => path.basename(name) === 'migrations');
  if (folders.length !== 1)
    throw new Error(`${folders.length} migrations folders in ${start}; name one with MIGRATIONS`);
  return pathToFileURL(`${path.resolve(folders[0])}/`);
}

function explain(error) {
  if (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND')
    return `the database does not answer (${error.code})`;
  return error.message;
}
