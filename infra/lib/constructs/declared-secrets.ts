import type { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { DeclaredSecret } from '../../../lib/core/manifest/model.ts';
import { addSecret, randomText } from './secret.ts';

/** The manifest's `secrets`: random ones, and empty ones that a person fills in once. */
export class DeclaredSecrets extends Construct {
  constructor(scope: Construct, id: string, secrets: readonly DeclaredSecret[], key: string | undefined) {
    super(scope, id);
    for (const secret of secrets) {
      // Whoever declares a complete ARN speaks of a secret that is there already.
      if (secret.name.startsWith('arn:')) continue;
      const generate = generatedValue(secret);
      addSecret(this, secret.name, {
        name: secret.name,
        description: generate ? 'Random, made by the infrastructure' : 'Filled in by a person: put-secret-value',
        key,
        generate,
        rotation: generate
          ? 'Signing keys: a new value logs everyone out, so a person chooses when.'
          : 'Given by somebody else, who also says when it changes.',
      });
    }
  }
}

/** Secrets Manager makes one random value; an object of several is left to people. */
function generatedValue({
  generate,
  keys,
  minLength,
}: DeclaredSecret): CfnSecret.GenerateSecretStringProperty | undefined {
  const [key, ...others] = keys;
  if (!generate || others.length > 0) return undefined;
  const text = randomText(Math.max(minLength ?? 0, 48));
  return key === undefined ? text : { ...text, secretStringTemplate: '{}', generateStringKey: key };
}
