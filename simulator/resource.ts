/** Shaped like a CloudFormation resource: type and properties as in a template, with every value literal. */
export type Resource = {
  readonly id: string;
  readonly type: `AWS::${string}`;
  readonly properties: Readonly<Record<string, unknown>>;
};

/** What `Ref` and `Fn::GetAtt` would give. */
export type Provisioned = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };
