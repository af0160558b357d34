import { BuildError } from './build-error.ts';

/** One instruction, with the place it came from: `Dockerfile:7`. */
export type Instruction = { readonly place: string; readonly keyword: string; readonly rest: string };

const known = new Set(['FROM', 'ARG', 'WORKDIR', 'COPY', 'ENV', 'LABEL', 'USER', 'CMD', 'ENTRYPOINT', 'EXPOSE']);

/** A Dockerfile of one stage, cut into instructions: comments gone, continued lines joined. */
export function parseDockerfile(text: string, file: string): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let begun: { place: string; text: string } | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const place = `${file}:${index + 1}`;
    if (/^\s*#\s*escape\s*=/.test(line)) throw cannot(place, 'another escape character');
    if (/^\s*(#|$)/.test(line)) continue;
    const joined: { place: string; text: string } = {
      place: begun?.place ?? place,
      text: (begun?.text ?? '') + line.replace(/\\\s*$/, ''),
    };
    if (/\\\s*$/.test(line)) {
      begun = joined;
    } else {
      instructions.push(readInstruction(joined));
      begun = undefined;
    }
  }
  if (begun !== undefined) instructions.push(readInstruction(begun));
  checkStages(instructions, file);
  return instructions;
}

function readInstruction({ place, text }: { place: string; text: string }): Instruction {
  const [, keyword = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const upper = keyword.toUpperCase();
  if (!known.has(upper))
    throw cannot(place, upper === 'RUN' ? 'RUN (it starts no containers)' : `the instruction ${upper}`);
  if (rest.trim() === '') throw new BuildError(`${place}: ${upper} needs something after it`);
  if (/<<-?["']?\w/.test(rest)) throw cannot(place, 'here-documents');
  return { place, keyword: upper, rest: rest.trim() };
}

function checkStages(instructions: readonly Instruction[], file: string): void {
  const stages = instructions.filter(({ keyword }) => keyword === 'FROM');
  if (stages.length === 0) throw new BuildError(`${file}: no build stage (FROM is missing)`);
  if (stages.length > 1) throw cannot(stages[1]!.place, 'a second build stage');
  const early = instructions.find(({ keyword }) => keyword !== 'ARG');
  if (early?.keyword !== 'FROM') throw new BuildError(`${early?.place}: no build stage yet (FROM comes first)`);
}

export function cannot(place: string, what: string): BuildError {
  return new BuildError(`${place}: the stand-in for docker cannot do ${what}; use a real Docker for this image`);
}
