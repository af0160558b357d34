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
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
    if (request.method !== 'POST' || !isForm) return undefined;
    const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
    return exchange(cloud, byVersion.get(form.get('Version') ?? ''), form, request, requestId);
  };
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
      const result = await callOperation({ cloud, service, name, operation, parameters, principal, requestId, note });
      const body = xmlElements({
        [`${name}Response xmlns="${namespace}"`]: {
          [`${name}Result`]: result ?? {},
          ResponseMetadata: { RequestId: requestId },
        },
      });
      return xmlAnswer(200, body, headers);
    },
    refuse: (error) =>
      xmlAnswer(
        error.status,
        xmlElements({
          [`ErrorResponse xmlns="${namespace}"`]: {
            Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message },
            RequestId: requestId,
          },
        }),
        headers,
      ),
  };
}
