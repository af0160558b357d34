import { readFileSync } from 'node:fs';

/** The app's own context, as the CDK's command gives it. */
export const { context }: { readonly context: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'),
);
