import { CfnCertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import type { Environment } from '../../../lib/core/manifest/model.ts';

/**
 * ARN of the certificate that the manifest names, or of one for its domain that proves itself by a record in the hosted
 * zone; the stack then waits until it has.
 */
export function certificateOf(scope: Construct, { certificate, domain, hostedZone }: Environment): string {
  if (certificate !== undefined) return certificate;
  if (domain === undefined || hostedZone === undefined)
    throw new Error('The manifest has been checked for a certificate.');
  return new CfnCertificate(scope, 'Certificate', {
    domainName: domain,
    validationMethod: 'DNS',
    domainValidationOptions: [{ domainName: domain, hostedZoneId: hostedZone }],
  }).ref;
}
