/** `::name key=value,key=value::message` in a step's output. */
export type WorkflowCommand = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly value: string;
};

/** The command in a line, or undefined when it is only text (ActionCommand.cs). */
export function parseWorkflowCommand(line: string): WorkflowCommand | undefined {
  const [, head, value = ''] = /^\s*::(.*?)::(.*)$/.exec(line) ?? [];
  const [, name, written = ''] = /^([A-Za-z0-9_-]+)(?: (.*))?$/.exec(head ?? '') ?? [];
  if (name === undefined) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of written.split(',')) {
    const equals = pair.indexOf('=');
    if (equals > 0) properties[pair.slice(0, equals).trim()] = unescapeProperty(pair.slice(equals + 1));
  }
  return { name, properties, value: unescapeData(value) };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}
