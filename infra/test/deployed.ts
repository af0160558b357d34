import type { Template } from 'aws-cdk-lib/assertions';
import { resources } from './resources.ts';

/** What stands once templates are deployed, with ids made up by type: as little of CloudFormation as reading them needs. */
export type Deployed = {
  /** What `Ref` says, by logical id. */
  readonly physical: ReadonlyMap<string, string>;
  /** Values of SSM parameters by name. */
  readonly parameters: ReadonlyMap<string, string>;
};

export function deployed(templates: ReadonlyMap<string, Template>): Deployed {
  const exported = new Map<string, unknown>();
  const physical = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const template of templates.values()) {
    const json = template.toJSON();
    const all = Object.entries(json['Resources'] as Record<string, { readonly Type: string }>);
    for (const [index, [id, { Type }]] of all.entries()) physical.set(id, madeUp(id, Type, index));
    for (const { Export, Value } of Object.values((json['Outputs'] ?? {}) as Record<string, Output>)) {
      if (Export !== undefined) exported.set(Export.Name, evaluate(Value, { exported, physical }));
    }
    for (const { Name, Value } of resources(template, 'AWS::SSM::Parameter').values())
      parameters.set(Name, String(evaluate(Value, { exported, physical })));
  }
  return { physical, parameters };
}

type Output = { readonly Export?: { readonly Name: string }; readonly Value: unknown };
type Known = { readonly exported: ReadonlyMap<string, unknown>; readonly physical: ReadonlyMap<string, string> };

function evaluate(value: unknown, known: Known): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument]] = Object.entries(value) as [[string, unknown]];
  switch (name) {
    case 'Ref':
      return found(known.physical, argument);
    case 'Fn::ImportValue':
      return found(known.exported, argument);
    case 'Fn::GetAtt':
      return attribute(argument as [string, string], known);
    case 'Fn::Join':
      return (argument as [string, unknown[]])[1].map((part) => evaluate(part, known)).join('');
    default:
      throw new Error(`${name} is not evaluated here.`);
  }
}

function found<Value>(values: ReadonlyMap<string, Value>, name: unknown): Value {
  const value = values.get(String(name));
  if (value === undefined) throw new Error(`Nothing is called ${String(name)}.`);
  return value;
}

function attribute([id, name]: [string, string], { physical }: Known): string {
  if (name.endsWith('Port')) return id.startsWith('Database') ? '5432' : '6379';
  if (name.endsWith('Id') || name === 'Arn') return found(physical, id);
  return `${id.replace(/[0-9A-F]{8}$/, '')}.${name}`;
}

function madeUp(id: string, type: string, index: number): string {
  const hex = (index + 1).toString(16).padStart(17, '0');
  const make: Readonly<Record<string, string>> = {
    'AWS::EC2::VPC': `vpc-${hex}`,
    'AWS::EC2::Subnet': `subnet-${hex}`,
    'AWS::EC2::SecurityGroup': `sg-${hex}`,
    'AWS::ECS::Cluster': 'smartboard-prod',
    'AWS::ElasticLoadBalancingV2::TargetGroup': arn('elasticloadbalancing', `targetgroup/${id}/${hex}`),
    'AWS::ServiceDiscovery::Service': arn('servicediscovery', `service/srv-${hex}`),
  };
  return make[type] ?? id;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
}
