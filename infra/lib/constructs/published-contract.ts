import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack, Token, Tokenization } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { contractParts, contractPrefix, type Contract } from '../../../lib/core/contract.ts';
import type { Setting } from '../setting.ts';

/**
 * Parts of the contract with the actions, a parameter each. A stack publishes what it makes itself, so that nothing needs
 * to be exported for it; the hash is written by the last one.
 */
export function publishContract(stack: Stack, { whereabouts }: Setting, parts: Partial<Contract>): void {
  const scope = new Construct(stack, 'Contract');
  for (const [name, part] of contractParts(parts)) {
    new CfnParameter(scope, name, {
      name: `${contractPrefix(whereabouts.application, whereabouts.environment)}${name}`,
      type: 'String',
      value: stack.toJsonString(part),
    });
  }
}

/** CloudFormation hands ports on as text; in the contract they are numbers. */
export function portOf(port: string): number {
  return Token.isUnresolved(port) ? Token.asNumber(Tokenization.reverseString(port).firstToken) : Number(port);
}
