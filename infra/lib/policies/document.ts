/** Condition operators with their keys and wanted values, as IAM writes them. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What is granted, and why. `why` is also the reason for the wildcards in `on`. */
export type Grant = {
  readonly why: string;
  readonly actions: readonly string[];
  /** ARNs; `*` where IAM knows no narrower resource for these actions. */
  readonly on: readonly string[];
  readonly when?: Condition;
};

export type Statement = {
  readonly Effect: 'Allow';
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Condition;
};

/** A policy as IAM reads it: plain JSON, the same in a template, in a rehearsal and in a test. */
export type PolicyDocument = { readonly Version: '2012-10-17'; readonly Statement: readonly Statement[] };

export function policyOf(grants: readonly Grant[]): PolicyDocument {
  return documentOf(
    grants.map(({ actions, on, when }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: on,
      ...(when === undefined ? {} : { Condition: when }),
    })),
  );
}

export function documentOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}
