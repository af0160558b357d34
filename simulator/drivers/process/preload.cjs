'use strict';
/*
 * Loaded into every Node process of a task before its own code (`node --require`). It gives the process what awsvpc
 * gives a container: an interface of its own and the resolver of the VPC. The application is not changed:
 *
 *   listen   on every interface or on localhost  → on the task's address
 *   connect  to localhost                        → to the task's address
 *   lookup   of any name                         → asks the simulator, never the internet
 *
 * Plain CommonJS without dependencies, because it runs in whatever the task runs.
 */
const dns = require('node:dns');
const http = require('node:http');
const net = require('node:net');
const { syncBuiltinESMExports } = require('node:module');

/** @type {{ address: string, kind: 'addresses' | 'ports', control: { host: string, port: number } }} */
const network = JSON.parse(process.env.SIMULATED_NETWORK);

const originalConnect = net.Socket.prototype.connect;
const originalListen = net.Server.prototype.listen;
const originalAddress = net.Server.prototype.address;

const selfNames = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::', '', process.env.HOSTNAME]);
const isSelf = (host) => host === undefined || host === null || selfNames.has(host);

/** Asks the simulator over an unpatched socket. Answers parsed JSON. */
function ask(path, callback) {
  const createConnection = () => originalConnect.call(new net.Socket(), { ...network.control });
  const request = http.get(
    { path, createConnection, headers: { 'x-simulated-address': network.address } },
    (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.on('end', () => callback(response.statusCode === 200 ? JSON.parse(text) : undefined));
    },
  );
  request.on('error', () => callback(undefined));
}

dieWithTheSimulator();
patchListen();
patchConnect();
patchNames();
syncBuiltinESMExports();

/** The channel closes when the simulator ends, however it ends; then nothing of the task may stay behind. */
function dieWithTheSimulator() {
  if (process.channel === undefined || process.channel === null) return;
  process.on('disconnect', () => {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      process.kill(process.pid, 'SIGKILL');
    }
  });
  process.channel.unref();
  // A container has no parent to talk to.
  process.send = undefined;
}

function patchListen() {
  net.Server.prototype.listen = function listen(...given) {
    const [first, second] = given;
    const isOptions = typeof first === 'object' && first !== null;
    const isPipe = isOptions ? first.port === undefined : typeof first === 'string' && Number.isNaN(Number(first));
    if (isPipe) return originalListen.apply(this, given);
    const callback = given.findLast((value) => typeof value === 'function');
    const backlog = given.slice(1).find((value) => typeof value === 'number');
    const options = isOptions ? { ...first } : { port: typeof first === 'function' ? 0 : (first ?? 0), backlog };
    if (!isOptions && typeof second === 'string') options.host = second;
    if (isSelf(options.host)) options.host = network.address;
    delete options.ipv6Only;
    if (network.kind === 'ports' && options.host === network.address) listenOnSomePort(this, options);
    return originalListen.call(this, options, callback);
  };
}

/** Only 127.0.0.1 exists: takes any port of it and tells the simulator which port of the task it stands for. */
function listenOnSomePort(server, options) {
  const { port } = options;
  Object.assign(options, { host: '127.0.0.1', port: 0 });
  server.emit = (event, ...rest) => {
    if (event !== 'listening') return net.Server.prototype.emit.call(server, event, ...rest);
    delete server.emit;
    const real = originalAddress.call(server).port;
    const simulated = { address: network.address, family: 'IPv4', port: Number(port) || real };
    server.address = () => simulated;
    // Nobody hears that it listens before others can find it.
    ask(`/listening?port=${simulated.port}&real=${real}`, () => server.emit('listening'));
    return true;
  };
}

function patchConnect() {
  net.Socket.prototype.connect = function connect(...given) {
    // `net.connect` hands over [options, callback] in one array, which it has marked as normalized.
    const isNormalized = Array.isArray(given[0]);
    const list = isNormalized ? given[0] : given;
    const callback = list.findLast((value) => typeof value === 'function');
    const isPositional = typeof list[0] !== 'object' || list[0] === null;
    const isPipe = isPositional ? Number.isNaN(Number(list[0])) : list[0].port === undefined;
    if (isPipe) return originalConnect.apply(this, given);
    const host = typeof list[1] === 'string' ? list[1] : undefined;
    const options = isPositional ? { port: Number(list[0]), host } : { ...list[0] };
    if (isSelf(options.host) && !isControl(options)) options.host = network.address;
    if (isSelf(options.localAddress)) delete options.localAddress;
    const open = () => originalConnect.call(this, options, callback);
    return network.kind === 'ports' && !isControl(options) ? connectToRealPort(this, options, open) : open();
  };
}

const isControl = ({ host, port }) => host === network.control.host && Number(port) === network.control.port;

function connectToRealPort(socket, options, open) {
  // Writes before the connection are kept for it, as they are while a name is looked up.
  socket.connecting = true;
  ask(`/reach?host=${encodeURIComponent(options.host)}&port=${options.port}`, (found) => {
    if (socket.destroyed) return;
    if (found === undefined) return socket.destroy(refused(options));
    Object.assign(options, found);
    open();
  });
  return socket;
}

function refused({ host, port }) {
  const message = `connect ECONNREFUSED ${host}:${port}`;
  return Object.assign(new Error(message), { code: 'ECONNREFUSED', syscall: 'connect', address: host, port });
}

function patchNames() {
  const lookup = (name, options, callback) => {
    const done = callback ?? options;
    const { all, family } = typeof options === 'object' && options !== null ? options : { family: options };
    addressesOf(name, (addresses) => {
      const usable = family === 6 || family === 'IPv6' ? [] : addresses;
      if (usable.length === 0) return done(notFound('getaddrinfo', name));
      if (all)
        return done(
          null,
          usable.map((address) => ({ address, family: 4 })),
        );
      done(null, usable[0], 4);
    });
  };
  const resolve4 = (name, options, callback) => {
    const done = callback ?? options;
    addressesOf(name, (addresses) => {
      if (addresses.length === 0) return done(notFound('queryA', name));
      done(null, options.ttl ? addresses.map((address) => ({ address, ttl: 0 })) : addresses);
    });
  };
  const resolve = (name, type, callback) =>
    typeof type === 'function' || type === 'A'
      ? resolve4(name, callback ?? type)
      : callback(notFound(`query${type}`, name));
  const resolve6 = (name, options, callback) => (callback ?? options)(notFound('queryAaaa', name));
  const patched = { lookup, resolve, resolve4, resolve6 };
  for (const [name, patch] of Object.entries(patched)) patchOne(name, patch);
}

function patchOne(name, patch) {
  const promised = (...given) =>
    new Promise((resolve, reject) =>
      patch(...given, (error, value, family) => {
        if (error) reject(error);
        else resolve(family === undefined ? value : { address: value, family });
      }),
    );
  dns[name] = patch;
  dns.promises[name] = promised;
  if (name === 'lookup') {
    Object.defineProperty(patch, require('node:util').promisify.custom, { value: promised });
    return;
  }
  dns.Resolver.prototype[name] = patch;
  dns.promises.Resolver.prototype[name] = promised;
}

function addressesOf(name, callback) {
  if (net.isIPv4(name)) return process.nextTick(callback, [name]);
  if (isSelf(name)) return process.nextTick(callback, [network.address]);
  ask(`/resolve?name=${encodeURIComponent(name)}`, (addresses) => callback(addresses ?? []));
}

function notFound(syscall, hostname) {
  const message = `${syscall} ENOTFOUND ${hostname}`;
  return Object.assign(new Error(message), { code: 'ENOTFOUND', errno: -3008, syscall, hostname });
}
