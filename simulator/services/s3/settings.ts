import type { WireResponse } from '../../cloud.ts';
import { answer, xmlAnswer } from '../../transport/answer.ts';
import { xmlElements } from '../../transport/xml.ts';
import type { S3Call } from './call.ts';
import { readCors } from './cors.ts';
import { payloadOf, verifyChecksums } from './payload.ts';

export type S3Operation = {
  readonly name: string;
  /** Absent for what the simulator has not. */
  readonly action?: string;
  readonly answer?: (call: S3Call) => WireResponse;
};

/** What of a bucket itself can be asked or said, by query parameter. */
export const settings = ['cors', 'encryption', 'location'];

export function settingOperation(method: string, { key, query }: S3Call): S3Operation {
  const setting = settings.find((name) => query.has(name));
  const found = key === '' ? known[`${method}?${setting}`] : undefined;
  return found ?? { name: `${method}?${setting}` };
}

const known: Readonly<Record<string, S3Operation>> = {
  'PUT?cors': { name: 'PutBucketCors', action: 's3:PutBucketCORS', answer: putBucketCors },
  'GET?encryption': {
    name: 'GetBucketEncryption',
    action: 's3:GetEncryptionConfiguration',
    answer: getBucketEncryption,
  },
  'GET?location': { name: 'GetBucketLocation', action: 's3:GetBucketLocation', answer: getBucketLocation },
};

function putBucketCors({ buckets, bucket, request }: S3Call): WireResponse {
  const payload = payloadOf(request);
  verifyChecksums(payload);
  buckets.require(bucket).corsRules = readCors(Buffer.from(payload.bytes).toString('utf8'));
  return answer(200, {});
}

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Every bucket is encrypted with S3's own keys, as far as anybody can tell. */
function getBucketEncryption({ buckets, bucket }: S3Call): WireResponse {
  buckets.require(bucket);
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: 'false' };
  return xmlAnswer(200, xmlElements({ [`ServerSideEncryptionConfiguration ${namespace}`]: { Rule: rule } }), {});
}

function getBucketLocation({ buckets, bucket }: S3Call): WireResponse {
  buckets.require(bucket);
  return xmlAnswer(200, xmlElements({ [`LocationConstraint ${namespace}`]: buckets.region }), {});
}
