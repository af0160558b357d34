import { Token, type Stack } from 'aws-cdk-lib/core';

/**
 * Exports everything that a stack hands on, whether somebody imports it now or not. By itself CDK exports what is imported
 * and takes the export away with its last reader; but the reader is deployed later, still imports it, and CloudFormation
 * refuses.
 */
export function exportAll(stack: Stack, handed: object): void {
  for (const value of Object.values(handed) as unknown[]) {
    if (typeof value === 'string' && Token.isUnresolved(value)) stack.exportValue(value);
    else if (typeof value === 'object' && value !== null) exportAll(stack, value);
  }
}
