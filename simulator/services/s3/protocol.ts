import type { AuthorizationRequest, ConditionValues } from '../../authorization.ts';
import type { Cloud, WireRequest } from '../../cloud.ts';
import { AwsError, notSimulated } from '../../operation.ts';
import type { Principal } from '../../operation.ts';
import { xmlAnswer } from '../../transport/answer.ts';
import { authenticate } from '../../transport/authentication.ts';
import type { Protocol } from '../../transport/exchange.ts';
import { xmlElements } from '../../transport/xml.ts';
import type { Buckets } from './buckets.ts';
import { corsHeaders, preflight } from './cors.ts';
import { operationOf } from './operations.ts';
import type { S3Call } from './call.ts';

/** S3's own protocol, with the bucket in the path or before `.s3.` in the host name. Comes last: any path may be S3's. */
export function s3Protocol(cloud: Cloud, buckets: Buckets): Protocol {
  return (request, requestId) => {
    const call = callOf(request, buckets);
    // Somebody who looks in with a browser is not asking S3.
    if (call.bucket === '' && request.headers['authorization'] === undefined) return undefined;
    const { name, action, answer } = operationOf(request.method, call);
    const bucketArn = `arn:aws:s3:::${call.bucket}`;
    return {
      service: 's3',
      operation: name,
      requestId,
      carryOut(note) {
        note.parameters = { Bucket: call.bucket, ...(call.key === '' ? {} : { Key: call.key }) };
        const rules = buckets.find(call.bucket)?.corsRules ?? [];
        if (request.method === 'OPTIONS') return preflight(rules, request);
        const principal = authenticate(cloud, request, { service: 's3', dialect: 's3' });
        note.principal = principal;
        if (answer === undefined || action === undefined) throw notSimulated(`s3:${name}`);
        const ask = (asked: AuthorizationRequest) => allowOrDeny(cloud, principal, `s3:${name}`, asked);
        ask({ action, resource: call.key === '' ? bucketArn : `${bucketArn}/${call.key}`, conditions: listing(call) });
        // Who may not list is not told that a key is missing.
        if (call.key !== '' && isMissing(call)) ask({ action: 's3:ListBucket', resource: bucketArn });
        const response = answer(call);
        const headers = { ...response.headers, ...corsHeaders(rules, request, request.method) };
        return { ...response, headers: { ...headers, 'x-amz-request-id': requestId } };
      },
      refuse(error) {
        const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
        if (request.method === 'HEAD') return { status: error.status, headers, body: new Uint8Array() };
        const body = {
          Error: {
            Code: error.code,
            Message: error.message,
            Resource: request.path.split('?', 1)[0],
            RequestId: requestId,
          },
        };
        return xmlAnswer(error.status, xmlElements(body), headers);
      },
    };
  };
}

/** S3 denies by a shorter name, and with 403. */
function allowOrDeny(cloud: Cloud, principal: Principal, cause: string, request: AuthorizationRequest): void {
  try {
    cloud.iam.authorize(principal, cause, [request]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError('AccessDenied', error.message, { status: 403 });
  }
}

/** Which keys a call wants to see. */
function listing({ query }: S3Call): ConditionValues {
  const asked = ['prefix', 'delimiter'].flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[`s3:${name}`, value] as const];
  });
  return Object.fromEntries(asked);
}

/** docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions". */
function isMissing({ buckets, bucket, key, request }: S3Call): boolean {
  const found = buckets.find(bucket);
  return ['GET', 'HEAD'].includes(request.method) && found !== undefined && !found.objects.has(key);
}

function callOf(request: WireRequest, buckets: Buckets): S3Call {
  const url = new URL(request.path, 'http://s3');
  const path = decodeURIComponent(url.pathname.slice(1));
  const inHost = /^(.+)\.s3[.-]/.exec(request.headers['host'] ?? '')?.[1];
  const slash = path.indexOf('/');
  const bucket = inHost ?? (slash < 0 ? path : path.slice(0, slash));
  const key = inHost === undefined ? (slash < 0 ? '' : path.slice(slash + 1)) : path;
  return { buckets, bucket, key, query: url.searchParams, request };
}
