import { invalid } from '../errors.ts';

/** The first `count` blocks of 2^hostBits addresses within a block: what `Fn::Cidr` gives. IPv4 only. */
export function cidrBlocks(block: string, count: number, hostBits: number): readonly string[] {
  const [, address = '', length = ''] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{1,2})$/.exec(block) ?? [];
  if (address === '') throw invalid(`Template error: Fn::Cidr of ${block}: not a block of IPv4 addresses`);
  const size = 2 ** hostBits;
  if (count * size > 2 ** (32 - Number(length)))
    throw invalid(`Template error: Fn::Cidr cannot make ${count} blocks of ${size} addresses in ${block}`);
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return Array.from({ length: count }, (_, at) => `${dotted(first + at * size)}/${32 - hostBits}`);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}
