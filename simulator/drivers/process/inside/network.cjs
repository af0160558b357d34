'use strict';
/* oxlint-disable typescript/unbound-method -- originals are called with what they belong to */
/* What a process of a task knows of its network, and how it asks the simulator for the rest (see ../control.ts). */
const http = require('node:http');
const net = require('node:net');

/**
 * `control` is the simulator's own endpoint, `offered` all that it offers to tasks: the only ones that a task reaches
 * by 127.0.0.1 where there is no other address.
 *
 * @type {{ address: string, kind: 'addresses' | 'ports', control: Endpoint, offered: Endpoint[] }}
 * @typedef {{ host: string, port: number }} Endpoint
 */
const network = JSON.parse(process.env.SIMULATED_NETWORK);

/** Before it is patched. */
const originalConnect = net.Socket.prototype.connect;

const selfNames = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::', '', process.env.HOSTNAME]);

/** Whether a host means the task itself. No host at all does. */
const isSelf = (host) => host === undefined || host === null || selfNames.has(host);

const isOffered = ({ host, port }) =>
  network.offered.some((endpoint) => endpoint.host === host && endpoint.port === Number(port));

/** Asks the simulator. Calls back with the parsed answer, or undefined when there is none. */
function ask(path, callback) {
  const createConnection = () => originalConnect.call(new net.Socket(), { ...network.control });
  const headers = { 'x-simulated-address': network.address };
  const request = http.get({ path, createConnection, headers }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (part) => (text += part));
    response.on('end', () => callback(response.statusCode === 200 ? JSON.parse(text) : undefined));
  });
  request.on('error', () => callback(undefined));
}

/** Calls back with the addresses of a name, none when nobody has it. */
function addressesOf(name, callback) {
  if (net.isIPv4(name)) process.nextTick(callback, [name]);
  else if (isSelf(name)) process.nextTick(callback, [network.address]);
  else ask(`/resolve?name=${encodeURIComponent(name)}`, (addresses) => callback(addresses ?? []));
}

/** As the resolver of the system puts it. */
function notFound(syscall, hostname) {
  const message = `${syscall} ENOTFOUND ${hostname}`;
  return Object.assign(new Error(message), { code: 'ENOTFOUND', errno: -3008, syscall, hostname });
}

module.exports = { addressesOf, ask, isOffered, isSelf, network, notFound, originalConnect };
