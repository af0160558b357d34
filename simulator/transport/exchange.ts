import type { WireRequest, WireResponse } from '../cloud.ts';
import type { AwsError, Principal } from '../operation.ts';

/** A request as one protocol understood it: named, not yet carried out. */
export type Exchange = {
  /** As the request log and fault rules name it: `ecs`, `registry`, `s3`, … */
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
  /** Authenticates, checks and carries out. Throws AwsError; notes what it learns for the request log on the way. */
  carryOut(note: CallNote): WireResponse | Promise<WireResponse>;
  /** An error in this protocol's writing. */
  refuse(error: AwsError): WireResponse;
};

/** What the request log is told about a call, as far as it got. */
export type CallNote = { principal?: Principal; parameters?: unknown };

/** Recognises the requests it speaks for; undefined for all others. */
export type Protocol = (request: WireRequest, requestId: string) => Exchange | undefined;
