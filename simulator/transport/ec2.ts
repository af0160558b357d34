import type { Cloud, WireRequest } from '../cloud.ts';
import { AwsError } from '../operation.ts';
import type { Service } from '../operation.ts';
import { xmlAnswer } from './answer.ts';
import { authenticate } from './authentication.ts';
import { callOperation, operationNamed } from './dispatch.ts';
import type { Exchange, Protocol } from './exchange.ts';
import { readForm } from './query.ts';
import { flatParameters } from './query-parameters.ts';
import { xmlElements } from './xml.ts';

/**
 * EC2's own kind of Query: lists are `Filter.1.Value.1` without `member`, answers have no result element around them,
 * their lists are `<item>`s, and errors are written in another way
 * (docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html).
 */
export function ec2Protocol(cloud: Cloud, services: readonly Service[]): Protocol {
  const byVersion = new Map(services.filter((it) => it.protocol === 'ec2').map((it) => [it.target, it]));
  return (request, requestId) => {
    const form = readForm(request);
    const service = byVersion.get(form?.get('Version') ?? '');
    return form === undefined || service === undefined ? undefined : exchange(cloud, service, form, request, requestId);
  };
}

function exchange(
  cloud: Cloud,
  service: Service,
  form: URLSearchParams,
  request: WireRequest,
  requestId: string,
): Exchange {
  const name = form.get('Action') ?? '';
  const headers = { 'x-amzn-requestid': requestId };
  const namespace = `http://${service.name}.amazonaws.com/doc/${service.target}/`;
  return {
    service: service.name,
    operation: name,
    requestId,
    carryOut: async (note) => {
      const operation = operationNamed(service, name);
      const principal = authenticate(cloud, request, { service: service.name, dialect: 'query' });
      const parameters = flatParameters(form);
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
      const content = { requestId, ...(result as object) };
      return xmlAnswer(
        200,
        xmlElements({ [`${name}Response xmlns="${namespace}"`]: content }, { item: 'item' }),
        headers,
      );
    },
    refuse(error) {
      const { code, message, status } = asEc2Says(error);
      const content = { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId };
      return xmlAnswer(status, xmlElements({ Response: content }), headers);
    },
  };
}

function asEc2Says(error: AwsError): AwsError {
  if (error.code !== 'AccessDeniedException') return error;
  const message = `You are not authorized to perform this operation. ${error.message}`;
  return new AwsError('UnauthorizedOperation', message, { status: 403 });
}
