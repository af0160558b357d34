/** Blocks of one zone's three subnets. */
export type ZoneAddresses = { readonly app: string; readonly public: string; readonly data: string };

/**
 * Each zone owns one eighth of the network, by its letter: a half of it for tasks, a quarter for what faces the internet,
 * a quarter for data. So a zone that comes or goes never moves the subnets of another one, which would replace what
 * stands in them. From `10.0.0.0/16` zone a gets `10.0.0.0/20`, `10.0.16.0/21` and `10.0.24.0/21`.
 */
export function addressPlan(cidr: string, zones: readonly string[]): ReadonlyMap<string, ZoneAddresses> {
  return new Map(zones.map((zone) => [zone, zoneAddresses(cidr, zone)]));
}

const zoneLetters = 'abcdefgh';

function zoneAddresses(cidr: string, zone: string): ZoneAddresses {
  const [address = '', length = ''] = cidr.split('/');
  const block = { start: numberOf(address), size: 2 ** (32 - Number(length)) };
  const aligned = Math.floor(block.start / block.size) * block.size;
  const eighth = block.size / 8;
  const place = zoneLetters.indexOf(zone.at(-1) ?? '');
  if (place === -1) throw new Error(`The manifest has been checked for zones such as ${zone}.`);
  const start = aligned + place * eighth;
  return {
    app: cidrOf(start, eighth / 2),
    public: cidrOf(start + eighth / 2, eighth / 4),
    data: cidrOf(start + (eighth * 3) / 4, eighth / 4),
  };
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function cidrOf(start: number, size: number): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join('.')}/${32 - Math.log2(size)}`;
}
