import type { z } from 'zod';
import type { AuthorizationRequest } from '../authorization.ts';
import type { Cloud, WireRequest } from '../cloud.ts';
import { AwsError, notSimulated } from '../operation.ts';
import type { Call, Operation, Principal, Service } from '../operation.ts';
import type { CallNote } from './exchange.ts';
import { awsHasOperation } from './known-operations.ts';

/** The operation of that name; says whether AWS lacks it or only the simulator does. */
export function operationNamed(service: Service, name: string): Operation {
  if (Object.hasOwn(service.operations, name)) return service.operations[name]!;
  if (awsHasOperation(service.name, name)) throw notSimulated(`${service.name}:${name}`);
  if (service.protocol === 'json-1.1') throw new AwsError('UnknownOperationException', '');
  throw new AwsError('InvalidAction', `Could not find operation ${name} for version ${service.target}`);
}

type Dispatch = {
  readonly cloud: Cloud;
  readonly service: Service;
  readonly name: string;
  readonly operation: Operation;
  readonly parameters: unknown;
  readonly principal: Principal;
  readonly request: WireRequest;
  readonly requestId: string;
  readonly note: CallNote;
};

/** Validates, authorises, then runs: an ill-formed request is told so before anybody asks who may do it. */
export function callOperation(dispatch: Dispatch): unknown {
  const { cloud, service, name, operation, parameters, principal, request, requestId, note } = dispatch;
  note.principal = principal;
  note.parameters = withoutSecrets(parameters, operation.secretMembers ?? []);
  const parsed = operation.input.safeParse(parameters);
  if (!parsed.success) throw new AwsError(service.validationError, validationMessage(parsed.error));

  const call = { cloud, principal, requestId, host: request.headers['host'] ?? 'localhost' };
  if (operation.unsigned !== true) {
    const cause = `${service.name}:${name}`;
    cloud.iam.authorize(principal, cause, requestsOf(operation, cause, parsed.data, call));
  }
  return operation.run(parsed.data, call);
}

/** One for each resource, and those of what goes along with the call. */
function requestsOf(operation: Operation, cause: string, input: unknown, call: Call): AuthorizationRequest[] {
  const action = operation.action ?? cause;
  const conditions = operation.conditions?.(input, call) ?? {};
  const resources = operation.resources?.(input, call) ?? ['*'];
  return [
    ...resources.map((resource) => ({ action, resource, conditions })),
    ...(operation.dependents?.(input, call) ?? []),
  ];
}

function validationMessage(error: z.ZodError): string {
  const details = error.issues.map((issue) => {
    const where = issue.path.join('.');
    return where === '' ? issue.message : `${where}: ${issue.message}`;
  });
  const count = details.length === 1 ? '1 validation error' : `${details.length} validation errors`;
  return `${count} detected: ${details.join('; ')}`;
}

/** The same parameters with every secret member, at any depth, replaced. */
function withoutSecrets(value: unknown, secretMembers: readonly string[]): unknown {
  if (secretMembers.length === 0) return value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secretMembers));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      secretMembers.includes(key) ? '***' : withoutSecrets(member, secretMembers),
    ]),
  );
}
