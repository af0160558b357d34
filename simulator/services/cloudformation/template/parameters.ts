import type { Cloud } from '../../../cloud.ts';
import { notSimulated } from '../../../operation.ts';
import { invalid } from '../errors.ts';
import type { ParameterDeclaration, Template } from './model.ts';

/** What a caller says of one parameter. */
export type GivenParameter = { readonly value: string } | { readonly usePrevious: true };

export type ParameterValue = {
  /** As the caller, or the declaration's default, says it: for SSM parameters their name. */
  readonly said: string;
  /** What `Ref` gives: for list types an array. */
  readonly value: string | readonly string[];
};

export type ParameterValues = Readonly<Record<string, ParameterValue>>;

type Givens = {
  readonly template: Template;
  readonly given: Readonly<Record<string, GivenParameter>>;
  readonly previous: ParameterValues;
  readonly ssm: Pick<Cloud['ssm'], 'valueOf'>;
};

/** The value of each declared parameter. Throws ValidationError for what is missing, unknown or against a declaration. */
export function parameterValues({ template, given, previous, ssm }: Givens): ParameterValues {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(template.parameters, name));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const said = Object.entries(template.parameters).map(([name, declared]) => {
    const one = given[name];
    const kept = one !== undefined && 'usePrevious' in one ? previous[name]?.said : one?.value;
    return [name, declared, kept ?? declared.Default] as const;
  });
  const missing = said.filter(([, , value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return Object.fromEntries(
    said.map(([name, declared, value]) => [name, { said: value!, value: valueOf(name, declared, value!, ssm) }]),
  );
}

function valueOf(name: string, declared: ParameterDeclaration, said: string, ssm: Givens['ssm']) {
  const { Type } = declared;
  check(name, declared, said);
  const stored = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(Type)?.[1];
  if (stored === undefined) return isList(Type) ? listOf(said) : said;
  const found = ssm.valueOf(said);
  if (found === undefined) throw invalid(`Unable to fetch parameters [${said}] from parameter store for this account.`);
  return isList(stored) ? listOf(found) : found;
}

const isList = (type: string) => type === 'CommaDelimitedList' || type.startsWith('List<');
const listOf = (text: string) => text.split(',').map((item) => item.trim());

function check(name: string, declared: ParameterDeclaration, said: string): void {
  const { Type, AllowedValues, AllowedPattern, ConstraintDescription } = declared;
  if (!/^(String|Number|CommaDelimitedList|List<.+>|AWS::.+)$/.test(Type))
    throw invalid(`Template format error: Unrecognized parameter type: ${Type}`);
  if (Type.startsWith('AWS::SSM::Parameter::Name'))
    throw notSimulated('parameters of the type AWS::SSM::Parameter::Name');
  const refuse = (rule: string) => invalid(`Parameter '${name}' ${ConstraintDescription ?? rule}`);
  if (Type === 'Number' && !/^-?\d+(\.\d+)?$/.test(said)) throw refuse('must be a number.');
  if (AllowedValues !== undefined && !AllowedValues.includes(said)) throw refuse(`must be one of AllowedValues`);
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(said))
    throw refuse(`must match pattern ${AllowedPattern}`);
  const { MinLength = 0, MaxLength = Infinity, MinValue = -Infinity, MaxValue = Infinity } = declared;
  if (said.length < MinLength) throw refuse(`must contain at least ${MinLength} characters`);
  if (said.length > MaxLength) throw refuse(`must contain at most ${MaxLength} characters`);
  if (Type === 'Number' && (Number(said) < MinValue || Number(said) > MaxValue))
    throw refuse(`must be a number from ${MinValue} to ${MaxValue}`);
}
