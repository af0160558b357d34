import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export type SecretProps = {
  readonly name: string;
  readonly description: string;
  /** ARN of the key that encrypts it; undefined: AWS's. */
  readonly key: string | undefined;
  /** Undefined: the secret is made without a value, and deployments are refused until someone has put one in. */
  readonly generate: CfnSecret.GenerateSecretStringProperty | undefined;
  /** Why it does not rotate by itself. */
  readonly rotation: string;
};

/**
 * A secret that stays when its stack goes: the value is nowhere else. A placeholder is never put in, since a deployment could
 * take it for a value.
 */
export function addSecret(scope: Construct, id: string, props: SecretProps): CfnSecret {
  const { name, description, key, generate, rotation } = props;
  const secret = new CfnSecret(scope, id, {
    name,
    description,
    ...(key === undefined ? {} : { kmsKeyId: key }),
    ...(generate === undefined ? {} : { generateSecretString: generate }),
  });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: rotation });
  return secret;
}

/**
 * How random values are made. Frozen, and a test holds it: CloudFormation makes another value as soon as any of these
 * properties changes. Letters and digits alone pass through every URL and every client; both ways of leaving out
 * punctuation are said because not every emulator knows both.
 */
export function randomText(length: number): CfnSecret.GenerateSecretStringProperty {
  return { passwordLength: length, excludePunctuation: true, excludeCharacters: punctuation };
}

const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
