import { readSecrets } from '../../../lib/aws/secrets.ts';
import type { Aws } from '../../../lib/aws/session.ts';
import { getParameters } from '../../../lib/aws/ssm.ts';
import { ActionError } from '../../../lib/core/errors.ts';
import type { Observed } from './observe.ts';

/** So often everything is read again because something was rotated meanwhile. */
export const mostReadings = 3;

/**
 * Which of the values that were read are not the current ones any more. Asked after the derived secrets are written, so
 * that what stands in them is what was current when this step ended.
 */
export async function findRotated(aws: Aws, { secrets, parameters }: Observed): Promise<readonly string[]> {
  const read = [...secrets].flatMap(([name, secret]) =>
    secret.kind === 'read' ? [[name, secret.version] as const] : [],
  );
  const secure = [...parameters.values()].filter(({ secure: isSecure }) => isSecure);
  const [now, later] = await Promise.all([
    readSecrets(
      aws,
      read.map(([name]) => name),
    ),
    getParameters(
      aws,
      secure.map(({ name }) => name),
      { decrypt: false },
    ),
  ]);
  const rotated = read.filter(([name, version]) => (now.values.get(name)?.version ?? version) !== version);
  const changed = secure.filter(({ name, version }) => (later.found.get(name)?.version ?? version) !== version);
  return [...rotated.map(([name]) => name), ...changed.map(({ name }) => name)];
}

export function neverSettled(names: readonly string[]): ActionError {
  return new ActionError('E_CONFIG', `${names.join(', ')}: rotated again and again while it was read.`, {
    remedy: 'Wait until the rotation is over, then run the job again.',
  });
}
