'use strict';
/* oxlint-disable typescript/unbound-method -- originals are called with what they belong to */
const net = require('node:net');
const { ask, isSelf, network } = require('./network.cjs');

const originalListen = net.Server.prototype.listen;
const originalAddress = net.Server.prototype.address;

function patchListen() {
  net.Server.prototype.listen = listen;
}

/** `listen(port, host?, backlog?, callback?)` or `listen(options, callback?)`; pipes and handles are left alone. */
function listen(...given) {
  const [first, second] = given;
  const isOptions = typeof first === 'object' && first !== null;
  const isPipe = isOptions ? first.port === undefined : typeof first === 'string' && Number.isNaN(Number(first));
  if (isPipe) return originalListen.apply(this, given);
  const callback = given.findLast((value) => typeof value === 'function');
  const options = isOptions ? { ...first } : optionsOf(first, second, given);
  if (isSelf(options.host)) options.host = network.address;
  delete options.ipv6Only;
  if (network.kind === 'ports' && options.host === network.address) listenOnSomePort(this, options);
  return originalListen.call(this, options, callback);
}

function optionsOf(first, second, given) {
  return {
    port: typeof first === 'function' ? 0 : (first ?? 0),
    host: typeof second === 'string' ? second : undefined,
    backlog: given.slice(1).find((value) => typeof value === 'number'),
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

module.exports = { patchListen };
