import { readdirSync } from 'node:fs';

/** The names of a service's migrations, in the order in which they apply. */
export function migrationNames(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
}
