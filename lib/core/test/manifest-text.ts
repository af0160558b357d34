/** The smallest manifest, with lines put in where a test wants them. */
export type Lines = {
  readonly top?: string;
  readonly environment?: string;
  readonly service?: string;
  readonly services?: string;
};

export function manifestText({ top = '', environment = '', service = '', services = '' }: Lines = {}): string {
  return `version: 1
application: shop
environments:
  prod:
    account: "111122223333"
    region: eu-west-1
${indent(environment, 4)}services:
  web:
    port: 3000
${indent(service, 4)}${indent(services, 2)}${indent(top, 0)}`;
}

/** One variable of the service `web`. */
export function withVariable(line: string, more: Lines = {}): string {
  return manifestText({ ...more, service: `environment:\n  ${line.replaceAll('\n', '\n  ')}` });
}

function indent(lines: string, by: number): string {
  if (lines === '') return '';
  return `${lines
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n')}\n`;
}
