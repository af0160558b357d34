import { invalid } from '../errors.ts';
import { evaluate } from '../template/evaluate.ts';
import type { Scope } from '../template/evaluate.ts';
import type { StackBook } from './book.ts';
import type { Output, Stack, Target } from './state.ts';

/** What the stack tells others. Throws ValidationError when an export has another's name, or others use what changes. */
export function outputsOf(
  book: StackBook,
  stack: Stack,
  { template, conditions }: Target,
  scope: Scope,
): readonly Output[] {
  const outputs = Object.entries(template.outputs)
    .filter(([, { Condition }]) => Condition === undefined || conditions[Condition] === true)
    .map(([key, { Value, Description, Export }]): Output => ({
      key,
      value: String(evaluate(Value, scope)),
      description: Description,
      exportName: Export === undefined ? undefined : String(evaluate(Export.Name, scope)),
    }));
  for (const { exportName } of outputs) refuseTaken(book, stack, exportName);
  for (const output of stack.outputs) refuseUsed(book, output, outputs);
  return outputs;
}

function refuseTaken(book: StackBook, stack: Stack, exportName: string | undefined): void {
  const other = book.exports().find((one) => one.exportName === exportName && one.stack !== stack);
  if (other !== undefined)
    throw invalid(
      `Export with name ${exportName} is already exported by stack ${other.stack.name}. Rollback requested by user.`,
    );
}

function refuseUsed(book: StackBook, { exportName, value }: Output, outputs: readonly Output[]): void {
  if (exportName === undefined) return;
  const importers = book.importersOf(exportName).map(({ name }) => name);
  const after = outputs.find((one) => one.exportName === exportName);
  if (importers.length === 0 || after?.value === value) return;
  const verb = after === undefined ? 'deleted' : 'updated';
  throw invalid(`Export ${exportName} cannot be ${verb} as it is in use by ${importers.join(', ')}`);
}
