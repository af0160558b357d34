import type { Cloud, WireRequest, WireResponse } from '../cloud.ts';
import { pass } from '../clock.ts';
import type { FaultRule, Faults } from '../faults.ts';
import { AwsError } from '../operation.ts';
import type { LogEntry, RequestLog } from '../request-log.ts';
import { jsonAnswer } from './answer.ts';
import type { CallNote, Exchange, Protocol } from './exchange.ts';
import { errorOf } from './fault-errors.ts';

type Parts = {
  readonly cloud: Cloud;
  readonly protocols: readonly Protocol[];
  readonly faults: () => Faults;
  readonly log: RequestLog;
};

type Outcome = { readonly response: WireResponse; readonly error?: AwsError };

/** Takes a request to the first protocol that understands it, through faults and the log. */
export function createHandler({ cloud, protocols, faults, log }: Parts): Cloud['handle'] {
  return async (request) => {
    const requestId = cloud.random('request-ids').uuid();
    if (!isReadable(request.path)) return jsonAnswer(400, { message: 'The path of the request cannot be read.' });
    const exchange = firstMatch(protocols, request, requestId);
    if (exchange === undefined) {
      return jsonAnswer(404, { message: `The simulator does not know ${request.method} ${request.path}.` });
    }
    const note: CallNote = {};
    const fault = faults().next(`${exchange.service}:${exchange.operation}`);
    const { response, error } = await withFault(exchange, note, fault, cloud);
    const entry: Pick<LogEntry, 'status' | 'error' | 'fault'> = {
      ...(response.broken === undefined ? { status: response.status } : {}),
      ...(error === undefined ? {} : { error: error.code }),
      ...(fault === undefined ? {} : { fault: fault.kind }),
    };
    log.record(exchange, note, entry);
    // What clients take for AWS's own time.
    return { ...response, headers: { date: new Date(cloud.clock.now()).toUTCString(), ...response.headers } };
  };
}

/** A path with broken percent signs, or none at all, never reaches a protocol. */
function isReadable(path: string): boolean {
  try {
    decodeURIComponent(new URL(path, 'http://simulator').pathname);
    return path.startsWith('/');
  } catch {
    return false;
  }
}

function firstMatch(protocols: readonly Protocol[], request: WireRequest, requestId: string): Exchange | undefined {
  for (const protocol of protocols) {
    const exchange = protocol(request, requestId);
    if (exchange !== undefined) return exchange;
  }
  return undefined;
}

async function withFault(
  exchange: Exchange,
  note: CallNote,
  fault: FaultRule | undefined,
  cloud: Cloud,
): Promise<Outcome> {
  if (fault === undefined) return carryOut(exchange, note);
  switch (fault.kind) {
    case 'delay':
      await pass(fault.ms ?? 0, cloud.clock);
      return carryOut(exchange, note);
    case 'reset':
      return { response: { ...nothing, broken: 'reset' } };
    case 'hang':
      return { response: { ...nothing, broken: 'hang' } };
    case 'reset-after':
      return { response: { ...(await carryOut(exchange, note)).response, broken: 'reset' } };
    case 'truncate':
      return { response: { ...(await carryOut(exchange, note)).response, broken: 'truncated' } };
    case 'server-error-after':
      await carryOut(exchange, note);
      return refused(exchange, errorOf(fault, exchange.service));
    default:
      return refused(exchange, errorOf(fault, exchange.service));
  }
}

const nothing: WireResponse = { status: 0, headers: {}, body: new Uint8Array() };

async function carryOut(exchange: Exchange, note: CallNote): Promise<Outcome> {
  try {
    return { response: await exchange.carryOut(note) };
  } catch (error) {
    if (error instanceof AwsError) return refused(exchange, error);
    // A mistake of the simulator itself: the caller sees a server error, whoever runs it sees where.
    process.stderr.write(
      `${exchange.service}:${exchange.operation} ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return refused(
      exchange,
      new AwsError('InternalFailure', 'The simulator failed; its standard error says where.', { status: 500 }),
    );
  }
}

function refused(exchange: Exchange, error: AwsError): Outcome {
  return { response: exchange.refuse(error), error };
}
