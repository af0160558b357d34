import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { platform } from 'node:os';

/**
 * The loopback network of one run: a 127.x.y.0/24 of which every task gets an address of its own, as awsvpc gives it
 * an interface. Where the operating system has only 127.0.0.1 (macOS), the addresses are names for ports: what
 * listens on 127.x.y.z:port really listens on some 127.0.0.1:N, and `reach` says which.
 */
export type Network = {
  /** The first three numbers, such as `127.83.14`. */
  readonly prefix: string;
  readonly kind: 'addresses' | 'ports';
  /** The next free address. Throws when all are taken. */
  lease(): string;
  free(address: string): void;
  /** Where to bind what is to be found at `address:port`; port 0 lets the system choose. */
  bindFor(address: string, port: number): Endpoint;
  /** Tells where `address:port` is really listening (only needed for `ports`). */
  publish(address: string, port: number, realPort: number): void;
  /** Where to connect for `address:port`; undefined when nothing listens there. */
  reach(address: string, port: number): Endpoint | undefined;
  close(): Promise<void>;
};

export type Endpoint = { readonly host: string; readonly port: number };

/** Nothing else is known to listen here; who holds it holds the whole /24. */
const reservationPort = 51_820;
const firstHost = 10;
const lastHost = 250;

/** Takes a free /24 and holds it until `close`, so that two runs never share addresses. */
export async function openNetwork(kind: Network['kind'] = usualKind()): Promise<Network> {
  const reservation = kind === 'addresses' ? await reserve() : undefined;
  const prefix = reservation?.prefix ?? randomPrefix();
  const taken = new Set<string>();
  const realPorts = new Map<string, number>();
  let last = firstHost - 1;

  const advance = () => (last >= lastHost ? firstHost : last + 1);
  return {
    prefix,
    kind,
    lease() {
      // Round and round rather than the lowest: a client that still holds an old address meets nobody, not a stranger.
      for (let tries = firstHost; tries <= lastHost; tries++) {
        last = advance();
        const address = `${prefix}.${last}`;
        if (taken.has(address)) continue;
        taken.add(address);
        return address;
      }
      throw new Error(`no address is free in ${prefix}.0/24`);
    },
    free(address) {
      taken.delete(address);
      for (const key of realPorts.keys()) if (key.startsWith(`${address}:`)) realPorts.delete(key);
    },
    bindFor: (address, port) => (kind === 'addresses' ? { host: address, port } : { host: '127.0.0.1', port: 0 }),
    publish: (address, port, realPort) => void realPorts.set(`${address}:${port}`, realPort),
    reach(address, port) {
      if (kind === 'addresses' || !address.startsWith(`${prefix}.`)) return { host: address, port };
      const realPort = realPorts.get(`${address}:${port}`);
      return realPort === undefined ? undefined : { host: '127.0.0.1', port: realPort };
    },
    async close() {
      if (reservation !== undefined) await new Promise((done) => reservation.server.close(done));
    },
  };
}

/** Linux and Windows answer on all of 127.0.0.0/8; elsewhere an address exists only when it was configured. */
function usualKind(): Network['kind'] {
  return platform() === 'linux' || platform() === 'win32' ? 'addresses' : 'ports';
}

async function reserve(): Promise<{ prefix: string; server: Server }> {
  for (let tries = 0; tries < 50; tries++) {
    const prefix = randomPrefix();
    const server = await listen(`${prefix}.1`, reservationPort);
    if (server !== undefined) return { prefix, server };
  }
  throw new Error('no free 127.x.y.0/24 was found; is this machine running many simulators?');
}

/** Not 127.0.0.0/24, where everybody else is, and not 127.0.x or 127.x.0, where resolvers like to sit. */
function randomPrefix(): string {
  return `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;
}

function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ host, port, exclusive: true }, () => resolve(server));
    // The simulator lives as long as its own servers; a held address is no reason to stay.
    server.unref();
  });
}
