import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of a plain JavaScript file of this folder. Such files stay where the sources are when TypeScript is emitted to `build/`. */
export function sourceFile(name: string): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const emitted = path.join(path.sep, 'build', 'simulator', path.sep);
  return path.join(here.replace(emitted, path.join(path.sep, 'simulator', path.sep)), name);
}
