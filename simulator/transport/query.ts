import type { Cloud, WireRequest } from '../cloud.ts';
import { AwsError } from '../operation.ts';
import type { Service } from '../operation.ts';
import { xmlAnswer } from './answer.ts';
import { authenticate } from './authentication.ts';
import { callOperation, operationNamed } from './dispatch.ts';
import type { Exchange, Protocol } from './exchange.ts';
import { queryParameters } from './query-parameters.ts';
import { xmlElements } from './xml.ts';

/** The Query protocol: a form with `Action` and `Version`, answered in XML (STS, IAM, load balancing). */
export function queryProtocol(cloud: Cloud, services: readonly Service[]): Protocol {
  const byVersion = new Map(services.filter((it) => it.protocol === 'query').map((it) => [it.target, it]));
  return (request, requestId) => {
    const form = readForm(request);
    if (form === undefined) return undefined;
    return exchange(cloud, byVersion.get(form.get('Version') ?? ''), form, request, requestId);
  };
}

/** The form that a request brings; undefined for requests of other protocols. */
export function readForm(request: WireRequest): URLSearchParams | undefined {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (request.method !== 'POST' || !isForm) return undefined;
  return new URLSearchParams(Buffer.from(request.body).toString('utf8'));
}

function exchange(
  cloud: Cloud,
  service: Service | undefined,
  form: URLSearchParams,
  request: WireRequest,
  requestId: string,
): Exchange {
  const name = form.get('Action') ?? '';
  const headers = { 'x-amzn-requestid': requestId };
  const namespace = `https://${service?.name ?? 'unknown'}.amazonaws.com/doc/${service?.target ?? ''}/`;
  return {
    service: service?.name ?? 'unknown',
    operation: name,
    requestId,
    carryOut: async (note) => {
      if (service === undefined) {
        throw new AwsError('InvalidAction', `Could not find operation ${name} for version ${form.get('Version')}`);
      }
      const operation = operationNamed(service, name);
      const principal = authenticate(cloud, request, {
        service: service.name,
        unsigned: operation.unsigned ?? false,
        dialect: 'query',
      });
      const parameters = queryParameters(form);
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
      const body = xmlElements({
        [`${name}Response xmlns="${namespace}"`]: {
          [`${name}Result`]: result ?? {},
          ResponseMetadata: { RequestId: requestId },
        },
      });
      return xmlAnswer(200, body, headers);
    },
    refuse(error) {
      const { code, message, status } = asQuerySays(error);
      const Type = status < 500 ? 'Sender' : 'Receiver';
      const content = { Error: { Type, Code: code, Message: message }, RequestId: requestId };
      return xmlAnswer(status, xmlElements({ [`ErrorResponse xmlns="${namespace}"`]: content }), headers);
    },
  };
}

/** The older services deny by a shorter name, and with 403. */
function asQuerySays(error: AwsError): AwsError {
  return error.code === 'AccessDeniedException' ? new AwsError('AccessDenied', error.message, { status: 403 }) : error;
}
