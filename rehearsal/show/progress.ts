import { stripVTControlCharacters } from 'node:util';

/**
 * What a person watches: one line per service on a terminal, drawn again in place; elsewhere one plain line whenever
 * something changed.
 */
export type Progress = {
  phase(title: string): void;
  service(name: string, state: string): void;
  /** A sentence of its own, above the services. */
  say(line: string): void;
  /** Stops drawing and leaves the last picture. */
  end(): void;
};

type Row = { state: string; since: number };

export type ProgressOptions = {
  readonly write: (text: string) => void;
  readonly interactive: boolean;
  /** Bold and dim; without, plain characters. */
  readonly styled: boolean;
  /** Of the terminal now: people resize it. */
  readonly columns: () => number;
  readonly now: () => number;
};

/** How this terminal is to be written to. NO_COLOR is honoured, and a screen too low to draw in place is not tried. */
export function optionsFor(terminal: NodeJS.WriteStream, lines: number): ProgressOptions {
  const { NO_COLOR: noColour = '', TERM: kind } = process.env;
  return {
    write: (text) => terminal.write(text),
    interactive: terminal.isTTY && kind !== 'dumb' && terminal.rows > lines,
    styled: noColour === '',
    columns: () => terminal.columns,
    now: () => performance.now(),
  };
}

export function startProgress(services: readonly string[], options: ProgressOptions): Progress {
  return options.interactive ? liveProgress(services, options) : plainProgress(services, options);
}

function plainProgress(services: readonly string[], { write, now }: ProgressOptions): Progress {
  const start = now();
  const states = new Map<string, string>();
  const width = widest(services);
  const line = (text: string) => write(`${seconds(now() - start).padStart(7)}  ${text}\n`);
  return {
    phase: (title) => line(title),
    service(name, state) {
      if (!services.includes(name) || states.get(name) === state) return;
      states.set(name, state);
      line(`  ${name.padEnd(width)}  ${state}`);
    },
    say: line,
    end: () => {},
  };
}

function liveProgress(services: readonly string[], { write, styled, columns, now }: ProgressOptions): Progress {
  const start = now();
  const rows = new Map<string, Row>(services.map((name) => [name, { state: 'waiting', since: start }]));
  const width = widest(services);
  const { bold, dim } = styled ? styles : plainStyles;
  let title = '';
  let drawn = 0;
  let ended = false;

  const erased = () => (drawn > 0 ? `\u001B[${drawn}A\u001B[0J` : '');
  const elapsed = (since: number) => dim(seconds(now() - since).padStart(7));
  // What is said stays above; the picture below is drawn again, in one write so that it does not flicker.
  const draw = (said = '') => {
    if (ended) return write(said);
    const lines = [`${elapsed(start)}  ${bold(title)}`];
    for (const [name, { state, since }] of rows) lines.push(`${elapsed(since)}    ${name.padEnd(width)}  ${state}`);
    write(`${erased()}${said}${lines.map((line) => `${cut(line, columns())}\n`).join('')}`);
    drawn = lines.length;
  };
  const timer = setInterval(() => draw(), 250);

  return {
    phase(next) {
      const last = title === '' ? '' : `${elapsed(start)}  ${title}\n`;
      title = next;
      draw(last);
    },
    service(name, state) {
      if (!rows.has(name) || rows.get(name)?.state === state) return;
      rows.set(name, { state, since: now() });
      draw();
    },
    say: (line) => draw(`${line}\n`),
    end() {
      if (ended) return;
      clearInterval(timer);
      draw();
      ended = true;
    },
  };
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function widest(names: readonly string[]): number {
  return Math.max(0, ...names.map((name) => name.length));
}

const styles = {
  bold: (text: string) => `\u001B[1m${text}\u001B[22m`,
  dim: (text: string) => `\u001B[2m${text}\u001B[22m`,
};
const plainStyles = { bold: (text: string) => text, dim: (text: string) => text };

/** Cuts a line to what fits, counting only what is seen. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, Math.max(0, columns - 1));
}
