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
  readonly columns: number;
  readonly now: () => number;
};

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

function liveProgress(services: readonly string[], { write, columns, now }: ProgressOptions): Progress {
  const start = now();
  const rows = new Map<string, Row>(services.map((name) => [name, { state: 'waiting', since: start }]));
  const width = widest(services);
  let title = '';
  let drawn = 0;

  const erase = () => {
    if (drawn > 0) write(`\u001B[${drawn}A\u001B[0J`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    const lines = [`${bold(title)}  ${dim(seconds(now() - start))}`];
    for (const [name, row] of rows) {
      lines.push(`  ${name.padEnd(width)}  ${row.state.padEnd(34)} ${dim(seconds(now() - row.since))}`);
    }
    write(lines.map((line) => `${cut(line, columns)}\n`).join(''));
    drawn = lines.length;
  };
  const timer = setInterval(draw, 250);

  return {
    phase(next) {
      erase();
      if (title !== '') write(`${title}  ${dim(seconds(now() - start))}\n`);
      title = next;
      draw();
    },
    service(name, state) {
      if (!rows.has(name) || rows.get(name)?.state === state) return;
      rows.set(name, { state, since: now() });
      draw();
    },
    say(line) {
      erase();
      write(`${line}\n`);
      draw();
    },
    end() {
      clearInterval(timer);
      draw();
      drawn = 0;
    },
  };
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function widest(names: readonly string[]): number {
  return Math.max(0, ...names.map((name) => name.length));
}

const bold = (text: string) => `\u001B[1m${text}\u001B[22m`;
const dim = (text: string) => `\u001B[2m${text}\u001B[22m`;

/** Cuts a line to what fits, counting only what is seen. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, Math.max(0, columns - 1));
}
