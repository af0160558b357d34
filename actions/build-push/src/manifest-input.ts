import { type Finding, Findings } from '../../../lib/core/errors.ts';

/**
 * To this action what the manifest says of a build and of a repository is input: what is malformed in it is E_INPUT here, as it would be
 * for any other value that goes into a docker command.
 */
export async function asBuildInput<Result>(read: Promise<Result>): Promise<Result> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof Findings)) throw error;
    const [first, ...rest] = error.findings.map(asInput);
    throw new Findings([first!, ...rest], subjectOf(error));
  }
}

function asInput(finding: Finding): Finding {
  const field = finding.field ?? '';
  const isOfBuild = /^services\.[^.]+\.build(?:\.|\[|$)/.test(field);
  const isRepository = /^environments\.[^.]+\.infra\.services\.[^.]+\.repository$/.test(field);
  return (isOfBuild || isRepository) && finding.code === 'E_MANIFEST' ? { ...finding, code: 'E_INPUT' } : finding;
}

/** `slipway.yml: one problem…` */
function subjectOf({ message }: Findings): string {
  return message.slice(0, message.indexOf(': '));
}
