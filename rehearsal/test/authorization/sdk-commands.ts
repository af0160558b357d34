import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** IAM's prefix where it is not the name of the SDK's package. */
const prefixes: Readonly<Record<string, string>> = {
  'application-auto-scaling': 'application-autoscaling',
  'cloudwatch-logs': 'logs',
  'elastic-load-balancing-v2': 'elasticloadbalancing',
  'secrets-manager': 'secretsmanager',
};

const folder = new URL('../../../lib/aws/', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

/** `ecs:CreateService` and all others that the actions can send, by the text of lib/aws: nothing else may import the SDK. */
export function sdkCommands(): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('test/'),
  );
  return [...new Set(files.flatMap(commandsIn))].sort();
}

function commandsIn(file: string): readonly string[] {
  const names = [...read(file).matchAll(/\b([A-Z]\w+)Command\b/g)].map(([, name]) => name!);
  // Any command, as lib/aws/session.ts calls it.
  return names.filter((name) => name !== 'Aws').map((name) => `${prefixIn(file, name)}:${name}`);
}

/** Of a client that is made by hand, of the one that the file names, or of the one that a file beside it has loaded. */
function prefixIn(file: string, command: string): string {
  const text = read(file);
  if (text.includes(`class ${command}Command extends leanCommand`))
    return /leanClient\(aws, \{[^}]*\bname: '([\w-]+)'/.exec(text)?.[1] ?? '';
  const beside = [...text.matchAll(/from '\.\/([\w-]+\.ts)'/g)].map(([, name]) => read(name!));
  const named = clientsIn(text, /'@aws-sdk\/client-([\w-]+)'/g);
  const loaded = clientsIn(beside.join('\n'), /await import\('@aws-sdk\/client-([\w-]+)'\)/g);
  const [client, ...others] = named.length > 0 ? named : loaded;
  if (client === undefined || others.length > 0)
    throw new Error(`Of which client is ${command}Command in lib/aws/${file}?`);
  return prefixes[client] ?? client;
}

function clientsIn(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name!))];
}
