import { AwsError } from '../../operation.ts';
import { limits } from './shapes.ts';
import type { LogEvent } from './store.ts';

type Wanted = {
  readonly nextToken?: string | undefined;
  readonly limit: number;
  readonly startFromHead: boolean;
  /** CloudWatch sometimes answers an empty page although more follows. */
  readonly comesEmpty: boolean;
};

type EventPage = { readonly events: readonly LogEvent[]; readonly forward: string; readonly backward: string };

/**
 * One page of GetLogEvents. A token is a direction and a place; the end is reached when the token that comes back
 * is the one that was sent (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html).
 */
export function eventPage(
  events: readonly LogEvent[],
  { nextToken, limit, startFromHead, comesEmpty }: Wanted,
): EventPage {
  const from = nextToken === undefined ? undefined : placeOf(nextToken);
  const forwards = from === undefined ? startFromHead : from.direction === 'f';
  const at = from?.position ?? (startFromHead ? 0 : events.length);
  const more = forwards ? at < events.length : at > 0;

  if (comesEmpty && more && from?.afterEmpty !== true) {
    return { events: [], forward: token('f', at, true), backward: token('b', at, true) };
  }
  const taken = forwards
    ? fitting(events.slice(at, at + limit))
    : fitting(events.slice(Math.max(0, at - limit), at).toReversed()).toReversed();
  const start = forwards ? at : at - taken.length;
  const end = forwards ? at + taken.length : at;
  const reachedEnd = taken.length === 0 && nextToken !== undefined;
  return {
    events: taken,
    forward: reachedEnd && forwards ? nextToken : token('f', end, false),
    backward: reachedEnd && !forwards ? nextToken : token('b', start, false),
  };
}

/** As many as fit in a megabyte, each counted with 26 bytes of overhead; never none. */
function fitting(events: readonly LogEvent[]): readonly LogEvent[] {
  let bytes = 0;
  const beyond = events.findIndex((event, at) => {
    bytes += Buffer.byteLength(event.message) + 26;
    return bytes > limits.bytesPerPage && at > 0;
  });
  return beyond < 0 ? events : events.slice(0, beyond);
}

function token(direction: 'f' | 'b', position: number, afterEmpty: boolean): string {
  return `${direction}/${String(position).padStart(56, '0')}/${afterEmpty ? 'e' : 's'}`;
}

function placeOf(text: string): { direction: string; position: number; afterEmpty: boolean } {
  const [, direction, position, kind] = /^([fb])\/(\d{56})\/([es])$/.exec(text) ?? [];
  if (direction === undefined || position === undefined) {
    throw new AwsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  return { direction, position: Number(position), afterEmpty: kind === 'e' };
}
