import { readDatabaseAddress } from './address.js';
import { migrationNames } from './migrations.js';
import pg from './vendor/pg.cjs';

/**
 * The schema of one service.
 *
 * @param {string} home The service's `import.meta.url`; its `migrations` folder says what the schema must have.
 */
export function openDatabase(home, environment = process.env) {
  const { schema, connection } = readDatabaseAddress(environment);
  const pool = new pg.Pool({ ...connection, max: 2, idleTimeoutMillis: 10_000, statement_timeout: 5000 });
  // A lost idle connection is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => {});
  const expected = migrationNames(new URL('./migrations/', home));
  return {
    schema,
    query: async (text, values) => (await pool.query(text, values)).rows,
    /** Met when the database answers and has every migration that this version of the service knows. */
    ready: async () => {
      const rows = await pool
        .query(`select name from ${schema}.schema_migrations order by name`)
        .catch(explainMissingTable);
      const applied = rows.rows.map(({ name }) => name);
      const missing = expected.filter((name) => !applied.includes(name));
      if (missing.length > 0) throw new Error(`not migrated: ${missing.join(', ')}`);
      return { state: 'ready', schema: { name: schema, migrations: applied.length, latest: applied.at(-1) } };
    },
    close: () => pool.end(),
  };
}

function explainMissingTable(error) {
  const undefinedTable = '42P01';
  throw error.code === undefinedTable ? new Error('not migrated yet') : error;
}
