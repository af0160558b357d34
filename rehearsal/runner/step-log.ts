import { parseWorkflowCommand, type WorkflowCommand } from './workflow-commands.ts';

/** The log of a step as the run's page shows it: commands carried out, secrets replaced by `***`. */
export type StepLog = {
  /** One line as the process wrote it. */
  readonly take: (line: string) => void;
  readonly lines: readonly string[];
  /** All commands but masks, in order. */
  readonly commands: readonly WorkflowCommand[];
};

export function openStepLog(masks: Set<string>, onLine: (line: string) => void): StepLog {
  const lines: string[] = [];
  const commands: WorkflowCommand[] = [];
  let resumeToken: string | undefined;

  const show = (text: string) => {
    for (const line of hideSecrets(text, masks).split('\n')) {
      lines.push(line);
      onLine(line);
    }
  };

  return {
    lines,
    commands,
    take(line) {
      const command = parseWorkflowCommand(line);
      if (resumeToken !== undefined) {
        if (command?.name === resumeToken) resumeToken = undefined;
        else show(line);
      } else if (command === undefined) {
        show(line);
      } else if (command.name === 'add-mask') {
        addMask(masks, command.value);
      } else if (command.name === 'stop-commands') {
        resumeToken = command.value;
      } else {
        commands.push(command);
        const words = describeCommand(command);
        if (words !== undefined) show(words);
      }
    },
  };
}

/** As the page shows them; `debug` and `endgroup` are not shown. */
function describeCommand({ name, value }: WorkflowCommand): string | undefined {
  switch (name) {
    case 'error':
      return `Error: ${value}`;
    case 'warning':
      return `Warning: ${value}`;
    case 'notice':
      return `Notice: ${value}`;
    case 'group':
      return `▸ ${value}`;
    default:
      return undefined;
  }
}

/** The runner masks a value as a whole, and each of its lines. It knows more encodings; what we must hide may not rely on it. */
function addMask(masks: Set<string>, value: string): void {
  for (const piece of [value, ...value.split(/\r?\n/)]) if (piece.trim() !== '') masks.add(piece);
}

export function hideSecrets(text: string, masks: ReadonlySet<string>): string {
  let hidden = text;
  for (const secret of [...masks].sort((one, other) => other.length - one.length)) {
    hidden = hidden.replaceAll(secret, '***');
  }
  return hidden;
}
