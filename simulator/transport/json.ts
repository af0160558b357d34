import type { Cloud, WireRequest } from '../cloud.ts';
import { AwsError } from '../operation.ts';
import type { Service } from '../operation.ts';
import { answer } from './answer.ts';
import { authenticate } from './authentication.ts';
import { callOperation, operationNamed } from './dispatch.ts';
import type { Exchange, Protocol } from './exchange.ts';

/** AWS JSON 1.1: `X-Amz-Target: <target>.<Operation>`, errors as `{__type, message}`. */
export function jsonProtocol(cloud: Cloud, services: readonly Service[]): Protocol {
  const byTarget = new Map(services.filter((it) => it.protocol === 'json-1.1').map((it) => [it.target, it]));
  return (request, requestId) => {
    const target = request.headers['x-amz-target'];
    if (target === undefined) return undefined;
    const dot = target.lastIndexOf('.');
    const service = byTarget.get(target.slice(0, dot));
    return exchange(cloud, service, target.slice(dot + 1), request, requestId);
  };
}

function exchange(
  cloud: Cloud,
  service: Service | undefined,
  name: string,
  request: WireRequest,
  requestId: string,
): Exchange {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  return {
    service: service?.name ?? 'unknown',
    operation: name,
    requestId,
    carryOut: async (note) => {
      if (service === undefined) throw new AwsError('UnknownOperationException', '');
      const operation = operationNamed(service, name);
      const principal = authenticate(cloud, request, { service: service.name, unsigned: operation.unsigned ?? false });
      const parameters = parseBody(request.body);
      const result = await callOperation({
        cloud,
        service,
        name,
        operation,
        parameters,
        principal,
        request,
        requestId,
        note,
      });
      return answer(200, headers, JSON.stringify(jsonValue(result ?? {})));
    },
    refuse: (error) =>
      answer(error.status, headers, JSON.stringify({ __type: error.code, message: error.message, ...error.members })),
  };
}

function parseBody(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}

/** AWS writes times as seconds since the epoch and blobs as base64. */
function jsonValue(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonValue(member)]));
}
