import { type Inputs, malformed } from '../../../../lib/github/inputs.ts';

/** The part of the services that this job builds, where several jobs share them. */
export type Shard =
  | { readonly kind: 'whole' }
  /** `number` counts from 1. */
  | { readonly kind: 'part'; readonly number: number; readonly of: number }
  /** Builds nothing: collects what the parts have built. */
  | { readonly kind: 'join' };

export function readShard(inputs: Inputs): Shard {
  const given = inputs.optional('shard');
  if (given === undefined) return { kind: 'whole' };
  if (given === 'join') return { kind: 'join' };
  const [, number, of] = /^([1-9]\d?)\/([1-9]\d?)$/.exec(given) ?? [];
  if (number === undefined || Number(number) > Number(of)) {
    throw malformed('shard', 'must be such as 2/3, the second of three parts, or join');
  }
  return { kind: 'part', number: Number(number), of: Number(of) };
}
