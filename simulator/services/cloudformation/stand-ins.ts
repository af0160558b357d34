import type { Cloud, Provisioned, ResourceProperties, ResourceProvider } from '../../cloud.ts';

/**
 * Resources that a template may declare and that nothing here simulates: they get an id, or a name, and attributes that look
 * as on AWS, and every answer about the stack says that they are not simulated. Host names end in `.invalid`.
 */
const standIns: Readonly<Record<string, StandIn>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': { ref: id('scalable-target') },
  'AWS::ApplicationAutoScaling::ScalingPolicy': { ref: id('scaling-policy') },
  'AWS::Budgets::Budget': { ref: id('budget') },
  'AWS::CDK::Metadata': { ref: id('metadata') },
  'AWS::CertificateManager::Certificate': { ref: arn('acm', 'certificate', '/') },
  'AWS::CloudWatch::CompositeAlarm': { ref: named('AlarmName'), attributes: { Arn: arn('cloudwatch', 'alarm') } },
  'AWS::CloudWatch::Dashboard': { ref: named('DashboardName') },
  'AWS::CloudFormation::WaitConditionHandle': { ref: id('handle') },
  'AWS::EC2::EIP': {
    ref: constant('192.0.2.1'),
    attributes: { AllocationId: id('eipalloc'), PublicIp: constant('192.0.2.1') },
  },
  'AWS::EC2::FlowLog': { ref: id('fl'), attributes: { Id: id('fl') } },
  'AWS::EC2::InternetGateway': { ref: id('igw'), attributes: { InternetGatewayId: id('igw') } },
  'AWS::EC2::NatGateway': { ref: id('nat'), attributes: { NatGatewayId: id('nat') } },
  'AWS::EC2::NetworkAcl': { ref: id('acl'), attributes: { Id: id('acl') } },
  'AWS::EC2::NetworkAclEntry': { ref: id('aclentry') },
  'AWS::EC2::Route': { ref: id('route') },
  'AWS::EC2::RouteTable': { ref: id('rtb'), attributes: { RouteTableId: id('rtb') } },
  'AWS::EC2::SubnetNetworkAclAssociation': { ref: id('aclassoc') },
  'AWS::EC2::SubnetRouteTableAssociation': { ref: id('rtbassoc'), attributes: { Id: id('rtbassoc') } },
  'AWS::EC2::VPCEndpoint': { ref: id('vpce'), attributes: { Id: id('vpce') } },
  'AWS::EC2::VPCGatewayAttachment': { ref: id('attachment') },
  'AWS::ElastiCache::ParameterGroup': { ref: named('CacheParameterGroupName') },
  'AWS::ElastiCache::ReplicationGroup': {
    ref: named('ReplicationGroupId'),
    attributes: {
      'PrimaryEndPoint.Address': host('primary'),
      'PrimaryEndPoint.Port': constant('6379'),
      'ReaderEndPoint.Address': host('reader'),
      'ReaderEndPoint.Port': constant('6379'),
      'ConfigurationEndPoint.Address': host('configuration'),
      'ConfigurationEndPoint.Port': constant('6379'),
    },
  },
  'AWS::ElastiCache::SubnetGroup': { ref: named('CacheSubnetGroupName') },
  'AWS::Events::Rule': { ref: named('Name'), attributes: { Arn: arn('events', 'rule', '/') } },
  'AWS::KMS::Alias': { ref: named('AliasName') },
  'AWS::KMS::Key': { ref: id('key'), attributes: { KeyId: id('key'), Arn: arn('kms', 'key', '/') } },
  'AWS::Logs::MetricFilter': { ref: id('metric-filter') },
  'AWS::Logs::ResourcePolicy': { ref: named('PolicyName') },
  'AWS::RDS::DBClusterParameterGroup': { ref: named('DBClusterParameterGroupName') },
  'AWS::RDS::DBInstance': {
    ref: named('DBInstanceIdentifier'),
    attributes: { 'Endpoint.Address': host('instance'), 'Endpoint.Port': constant('5432'), DbiResourceId: id('db') },
  },
  'AWS::RDS::DBParameterGroup': { ref: named('DBParameterGroupName') },
  'AWS::RDS::DBSubnetGroup': { ref: named('DBSubnetGroupName') },
  'AWS::Route53::RecordSet': { ref: named('Name') },
  'AWS::S3::BucketPolicy': { ref: named('Bucket') },
  'AWS::SNS::Subscription': { ref: arn('sns', 'subscription') },
  'AWS::SNS::Topic': {
    ref: arn('sns', ''),
    attributes: { TopicArn: arn('sns', ''), TopicName: named('TopicName') },
  },
  'AWS::SNS::TopicPolicy': { ref: id('topic-policy'), attributes: { Id: id('topic-policy') } },
  'AWS::SecretsManager::ResourcePolicy': { ref: id('policy'), attributes: { Id: id('policy') } },
  'AWS::SecretsManager::RotationSchedule': { ref: id('rotation'), attributes: { Id: id('rotation') } },
  'AWS::WAFv2::LoggingConfiguration': { ref: named('ResourceArn') },
  'AWS::WAFv2::WebACL': {
    ref: id('webacl'),
    attributes: { Arn: arn('wafv2', 'regional/webacl', '/'), Id: id('webacl') },
  },
  'AWS::WAFv2::WebACLAssociation': { ref: id('association') },
};

type StandIn = { readonly ref: Make; readonly attributes?: Readonly<Record<string, Make>> };
type Make = (made: {
  readonly name: string;
  readonly properties: ResourceProperties;
  readonly cloud: Cloud;
  readonly digits: string;
}) => string;

export const isStandIn = (type: string) => Object.hasOwn(standIns, type);

/** Makes what looks like a resource of a type in the list; undefined for any other. `name` is for types without one. */
export function standInFor(type: string, name: string): ResourceProvider | undefined {
  const standIn = Object.hasOwn(standIns, type) ? standIns[type] : undefined;
  if (standIn === undefined) return undefined;
  const make = (properties: ResourceProperties, cloud: Cloud): Provisioned => {
    const context = { name, properties, cloud, digits: cloud.random('stand-ins').text(16) };
    const attributes = Object.entries(standIn.attributes ?? {}).map(([key, value]) => [key, value(context)] as const);
    return { ref: standIn.ref(context), attributes: Object.fromEntries(attributes) };
  };
  return { create: make, update: ({ made }) => made };
}

function id(prefix: string): Make {
  return ({ digits }) => `${prefix}-0${digits}`;
}

function constant(text: string): Make {
  return () => text;
}

/** The name that the template says, else one made up. */
function named(key: string): Make {
  return ({ properties, name }) => textIn(properties, key) ?? name;
}

function host(part: string): Make {
  return ({ name }) => `${part}.${name.toLowerCase()}.not-simulated.invalid`;
}

function arn(service: string, kind: string, between = ':'): Make {
  return ({ cloud, properties, name }) => {
    const own =
      textIn(properties, 'TopicName') ?? textIn(properties, 'Name') ?? textIn(properties, 'AlarmName') ?? name;
    const path = kind === '' ? own : `${kind}${between}${own}`;
    return `arn:aws:${service}:${cloud.region}:${cloud.account}:${path}`;
  };
}

function textIn(properties: ResourceProperties, key: string): string | undefined {
  const value = properties[key];
  return typeof value === 'string' ? value : undefined;
}
