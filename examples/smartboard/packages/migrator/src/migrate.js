import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { migrationNames } from '../../database/migrations.js';

/**
 * Brings a schema up to date: every `.sql` file of the folder in the order of names, each in a transaction of its
 * own together with its record in `<schema>.schema_migrations`. Running it again does nothing.
 */
export async function migrate({ client, schema, folder, say }) {
  await client.query(`create schema if not exists ${schema}`);
  await client.query(
    `create table if not exists ${schema}.schema_migrations
       (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
  );
  // Two migrators of one schema wait for each other; the lock ends with the session in any case.
  await client.query('select pg_advisory_lock(hashtext($1))', [`migrations:${schema}`]);
  try {
    const applied = await appliedMigrations(client, schema);
    const pending = migrationNames(folder)
      .map((name) => readMigration(folder, name))
      .filter(isPending(applied));
    for (const migration of pending) await apply({ client, schema, migration, say });
    say(pending.length === 0 ? 'up to date, nothing to do' : `up to date, ${pending.length} applied`);
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [`migrations:${schema}`]);
  }
}

async function appliedMigrations(client, schema) {
  const { rows } = await client.query(`select name, checksum from ${schema}.schema_migrations`);
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

function readMigration(folder, name) {
  const sql = readFileSync(new URL(name, folder), 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/** What was applied must stay as it was: a changed file would mean another schema than the one that runs. */
function isPending(applied) {
  return ({ name, checksum }) => {
    const known = applied.get(name);
    if (known !== undefined && known !== checksum) throw new Error(`${name} was changed after it was applied`);
    return known === undefined;
  };
}

async function apply({ client, schema, migration: { name, sql, checksum }, say }) {
  const started = Date.now();
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(`insert into ${schema}.schema_migrations (name, checksum) values ($1, $2)`, [name, checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
  say(`applied ${name} in ${Date.now() - started} ms`);
}
