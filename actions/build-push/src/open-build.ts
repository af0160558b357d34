import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuilderQuestion, describeLimits } from './docker/builder.ts';
import type { BuildWorld } from './docker/building.ts';
import type { Tool } from './docker/tool.ts';
import type { BuildPush } from './work.ts';

/** What a build is made with. */
export type Hands = {
  readonly tool: Tool;
  readonly builder: BuilderQuestion;
  readonly logInAgain: () => Promise<void>;
};

/** Everything that a build needs; a warning says what the builder cannot do. */
export async function openBuild(
  { step, surroundings, inputs }: Pick<BuildPush, 'step' | 'surroundings' | 'inputs'>,
  { builder: question, ...hands }: Hands,
): Promise<BuildWorld> {
  const builder = await question.answer();
  const limits = describeLimits(builder, inputs);
  if (limits !== undefined) step.log.warn(limits);
  const directory = join(step.temporaryDirectory, 'bake');
  await mkdir(directory, { recursive: true });
  const { log, signal } = step;
  return { ...hands, builder, builderName: inputs.builder, directory, log, signal, clock: surroundings.clock };
}
