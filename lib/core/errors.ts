/**
 * Expected trouble. The code is from a closed list; the message names the field and the rule, never a value;
 * the remedy says what to do. Any other error is a bug and keeps its stack.
 */
export class ActionError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string;
  /** Where it is: an input's name, `slipway.yml:12:5`, a service. */
  readonly place: string | undefined;

  constructor(code: ErrorCode, message: string, details: { remedy: string; place?: string; cause?: unknown }) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ActionError';
    this.code = code;
    this.remedy = details.remedy;
    this.place = details.place;
  }
}

/** Some of what was begun could neither be finished nor taken back: the one error with an exit code of its own. */
export class MixedState extends ActionError {}

export const errorCodes = {
  E_INPUT: 'an input is malformed',
  E_MANIFEST: 'the manifest is malformed or contradicts itself',
  E_SCOPE: 'outside the declared account, region, cluster or repository, or the identity for it is missing',
  E_POLICY: 'understood, and forbidden',
  E_CONFIG: "a secret's or parameter's value is unusable",
  E_REMOTE: 'AWS or the network said no',
  E_STATE: 'the state of ECS, ECR or a task does not allow success',
  E_UNKNOWN: 'the outcome cannot be known',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Several findings in one report, so that a person mends them in one go. All are of the most severe code's class. */
export class Findings extends ActionError {
  readonly findings: readonly Finding[];

  constructor(findings: readonly [Finding, ...Finding[]], subject: string) {
    const count = findings.length === 1 ? 'one problem' : `${findings.length} problems`;
    const lines = findings.map((finding) => describeFinding(finding, findings.length > 1));
    super(mostSevere(findings), `${subject}: ${count}\n${lines.join('\n')}`, {
      remedy: findings.length === 1 ? findings[0].remedy : 'Mend what is listed; nothing was changed.',
      ...(findings.length === 1 && findings[0].place !== undefined ? { place: findings[0].place } : {}),
    });
    this.findings = findings;
  }
}

export type Finding = {
  code: ErrorCode;
  message: string;
  remedy: string;
  place?: string;
  /** The manifest's field, `services.web.build.context`, where there is one. */
  field?: string;
};

/** What is forbidden comes before what is misplaced, and that before what is malformed. */
function mostSevere(findings: readonly [Finding, ...Finding[]]): ErrorCode {
  const severe = (['E_POLICY', 'E_SCOPE'] as const).find((code) => findings.some((finding) => finding.code === code));
  return severe ?? findings[0].code;
}

/** A lone finding leaves its remedy to the error that carries it. */
function describeFinding({ code, place, message, remedy }: Finding, withRemedy: boolean): string {
  const sentence = `${place === undefined ? '' : `${place}: `}${code}: ${message}`;
  return `  ${sentence}${withRemedy ? ` ${remedy}` : ''}`;
}
