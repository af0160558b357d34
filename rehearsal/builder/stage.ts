import { posix } from 'node:path';
import { BuildError } from './build-error.ts';
import { cannot, type Instruction } from './dockerfile.ts';
import { expand, readArray, readCommand, readPairs } from './words.ts';

/** What a Dockerfile has added up to so far: a configuration, and the steps it took. */
export type Stage = {
  readonly base: string;
  workingDirectory: string;
  user: string;
  command: readonly string[];
  entrypoint: readonly string[];
  readonly environment: Map<string, string>;
  readonly labels: Map<string, string>;
  readonly ports: Set<string>;
  readonly steps: Step[];
};

/** One line of the image's history; a copy is what becomes a layer. */
export type Step = { readonly says: string; readonly place: string; readonly copy?: Copy; readonly makes?: string };

export type Copy = { readonly sources: readonly string[]; readonly destination: string; readonly intoFolder: boolean };

export type Warn = (sentence: string) => void;

/** Goes through the instructions of the one stage; nothing is read from disk yet. */
export function planStage(
  instructions: readonly Instruction[],
  options: { readonly args: Readonly<Record<string, string>>; readonly stage: string | undefined },
  warn: Warn,
): Stage {
  const args = new Map<string, string>();
  let stage: Stage | undefined;
  for (const instruction of instructions) {
    if (instruction.keyword === 'ARG') readArg(instruction, args, options.args);
    else if (instruction.keyword === 'FROM') stage = startStage(instruction, args, options.stage);
    else apply(stage!, instruction, args, warn);
  }
  return stage!;
}

function readArg(
  { place, rest }: Instruction,
  args: Map<string, string>,
  given: Readonly<Record<string, string>>,
): void {
  const [, name, otherwise] = /^(\w+)(?:=(.*))?$/.exec(rest) ?? [];
  if (name === undefined) throw cannot(place, 'an ARG of several variables');
  const value =
    given[name] ?? (otherwise === undefined ? undefined : expand(otherwise.replace(/^(["'])(.*)\1$/, '$2'), args));
  if (value !== undefined) args.set(name, value);
}

/** The one base that there is. */
export const nodeImage = /^(?:docker\.io\/)?(?:library\/)?node(?:[:@]\S+)?$/;

function startStage(
  { place, rest }: Instruction,
  args: ReadonlyMap<string, string>,
  wanted: string | undefined,
): Stage {
  const [, image = '', name] = /^(?:--platform=\S+\s+)?(\S+)(?:\s+[Aa][Ss]\s+(\S+))?$/.exec(expand(rest, args)) ?? [];
  if (wanted !== undefined && wanted !== name) throw new BuildError(`${place}: there is no stage ${wanted}`);
  if (!nodeImage.test(image)) {
    throw cannot(place, `an image other than node as a base (FROM node… is this machine's own Node)`);
  }
  return {
    base: `docker.io/library/${image.replace(/^(?:docker\.io\/)?(?:library\/)?/, '')}`,
    workingDirectory: '/',
    user: '',
    command: ['node'],
    entrypoint: [],
    environment: new Map([['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']]),
    labels: new Map(),
    ports: new Set(),
    steps: [],
  };
}

function apply(stage: Stage, instruction: Instruction, args: ReadonlyMap<string, string>, warn: Warn): void {
  const { keyword, rest, place } = instruction;
  const variables = new Map([...args, ...stage.environment]);
  const step: Step = { place, says: `${keyword} ${rest}` };
  switch (keyword) {
    case 'WORKDIR':
      stage.workingDirectory = posix.resolve(stage.workingDirectory, expand(rest, variables));
      return void stage.steps.push({ ...step, makes: stage.workingDirectory });
    case 'COPY':
      return void stage.steps.push({ ...step, copy: readCopy(instruction, variables, stage.workingDirectory, warn) });
    case 'ENV':
      for (const [name, value] of readPairs(instruction, variables)) stage.environment.set(name, value);
      break;
    case 'LABEL':
      for (const [name, value] of readPairs(instruction, variables)) stage.labels.set(name, value);
      break;
    case 'USER':
      stage.user = expand(rest, variables);
      break;
    case 'EXPOSE':
      for (const port of expand(rest, variables).split(/\s+/))
        stage.ports.add(port.includes('/') ? port : `${port}/tcp`);
      break;
    case 'CMD':
      stage.command = readCommand(instruction);
      break;
    case 'ENTRYPOINT':
      stage.entrypoint = readCommand(instruction);
      stage.command = [];
      break;
  }
  stage.steps.push(step);
}

function readCopy(
  { place, rest }: Instruction,
  variables: ReadonlyMap<string, string>,
  workingDirectory: string,
  warn: Warn,
): Copy {
  const words = copyWords(expand(rest, variables));
  const flags = words.filter((word) => word.startsWith('--'));
  for (const flag of flags) {
    if (flag.startsWith('--chown=')) warn(`${place}: --chown is not needed here: tasks run as you`);
    else throw cannot(place, `COPY ${flag.split('=')[0]}`);
  }
  const paths = words.slice(flags.length);
  const destination = paths.pop();
  if (destination === undefined || paths.length === 0)
    throw new BuildError(`${place}: COPY needs a source and a destination`);
  const escaping = paths.find((path) => posix.normalize(path).startsWith('..'));
  if (escaping !== undefined) throw new BuildError(`${place}: a source outside of the build context`);
  const intoFolder = paths.length > 1 || /(^|\/)\.{0,2}$/.test(destination);
  return { sources: paths, destination: posix.resolve(workingDirectory, destination), intoFolder };
}

/** Flags first, then the paths: separated by spaces, or as a JSON array. */
function copyWords(text: string): string[] {
  const flags = /^(?:--\S+\s+)*/.exec(text)![0];
  const paths = text.slice(flags.length);
  return [...flags.split(/\s+/).filter((flag) => flag !== ''), ...(readArray(paths) ?? paths.split(/\s+/))];
}
