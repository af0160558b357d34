/** A template as CloudFormation takes it, read but not evaluated. */
export type Template = {
  /** As it was handed in: GetTemplate answers with it. */
  readonly text: string;
  readonly description: string | undefined;
  readonly metadata: Values;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly mappings: Readonly<Record<string, Readonly<Record<string, Values>>>>;
  readonly conditions: Values;
  readonly rules: Readonly<Record<string, Rule>>;
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly outputs: Readonly<Record<string, OutputDeclaration>>;
};

export type Values = Readonly<Record<string, unknown>>;

export type ParameterDeclaration = {
  readonly Type: string;
  readonly Default?: string | undefined;
  readonly Description?: string | undefined;
  readonly NoEcho: boolean;
  readonly AllowedValues?: readonly string[] | undefined;
  readonly AllowedPattern?: string | undefined;
  readonly ConstraintDescription?: string | undefined;
  readonly MinLength?: number | undefined;
  readonly MaxLength?: number | undefined;
  readonly MinValue?: number | undefined;
  readonly MaxValue?: number | undefined;
};

export type Policy = 'Delete' | 'Retain' | 'Snapshot' | 'RetainExceptOnCreate';

export type ResourceDeclaration = {
  readonly Type: string;
  readonly Properties: Values;
  readonly DependsOn: readonly string[];
  readonly Condition?: string | undefined;
  readonly DeletionPolicy: Policy;
  readonly UpdateReplacePolicy: Policy;
  readonly Metadata?: unknown;
};

export type OutputDeclaration = {
  readonly Value: unknown;
  readonly Description?: string | undefined;
  readonly Condition?: string | undefined;
  readonly Export?: { readonly Name: unknown } | undefined;
};

export type Rule = {
  readonly RuleCondition?: unknown;
  readonly Assertions: readonly { readonly Assert: unknown; readonly AssertDescription?: string | undefined }[];
};
