'use strict';
const net = require('node:net');
const { addressesOf, ask, isOffered, isSelf, network, notFound, originalConnect } = require('./network.cjs');

function patchConnect() {
  net.Socket.prototype.connect = connect;
}

/** `connect(port, host?, callback?)` or `connect(options, callback?)`; pipes are left alone. */
function connect(...given) {
  // `net.connect` hands over [options, callback] in one array, which it has marked as normalized.
  const list = Array.isArray(given[0]) ? given[0] : given;
  const [first, second] = list;
  const isOptions = typeof first === 'object' && first !== null;
  const isPipe = isOptions ? first.port === undefined : Number.isNaN(Number(first));
  if (isPipe) return originalConnect.apply(this, given);
  const host = typeof second === 'string' ? second : undefined;
  const options = isOptions ? { ...first } : { port: Number(first), host };
  const callback = list.findLast((value) => typeof value === 'function');
  const open = () => originalConnect.call(this, options, callback);
  if (isOffered(options)) return open();
  if (isSelf(options.host)) options.host = network.address;
  if (isSelf(options.localAddress)) delete options.localAddress;
  return network.kind === 'ports' ? connectToRealPort(this, options, open) : open();
}

/** Only 127.0.0.1 exists: asks which of its ports stands for this address and port. */
function connectToRealPort(socket, options, open) {
  // Writes before the connection are kept for it, as they are while a name is looked up.
  socket.connecting = true;
  const reach = (address) => {
    ask(`/reach?address=${address}&port=${options.port}`, (endpoint) => {
      if (endpoint === undefined) socket.destroy(refused(address, options.port));
      if (socket.destroyed) return;
      Object.assign(options, endpoint);
      open();
    });
  };
  addressesOf(options.host, ([address]) => {
    if (address === undefined) socket.destroy(notFound('getaddrinfo', options.host));
    else reach(address);
  });
  return socket;
}

function refused(address, port) {
  const message = `connect ECONNREFUSED ${address}:${port}`;
  return Object.assign(new Error(message), { code: 'ECONNREFUSED', syscall: 'connect', address, port });
}

module.exports = { patchConnect };
