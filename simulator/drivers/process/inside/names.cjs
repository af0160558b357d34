'use strict';
const dns = require('node:dns');
const { promisify } = require('node:util');
const { addressesOf, notFound } = require('./network.cjs');

function patchNames() {
  for (const [name, patch] of Object.entries({ lookup, resolve, resolve4, resolve6 })) {
    const promised = promisedForm(patch);
    dns[name] = patch;
    dns.promises[name] = promised;
    if (name === 'lookup') {
      // promisify(dns.lookup) answers an object, as the original does.
      Object.defineProperty(patch, promisify.custom, { value: promised });
    } else {
      dns.Resolver.prototype[name] = patch;
      dns.promises.Resolver.prototype[name] = promised;
    }
  }
}

/** https://nodejs.org/api/dns.html#dnslookuphostname-options-callback */
function lookup(name, options, callback) {
  const done = callback ?? options;
  const { all, family } = typeof options === 'object' && options !== null ? options : { family: options };
  addressesOf(name, (addresses) => {
    const usable = family === 6 || family === 'IPv6' ? [] : addresses;
    if (usable.length === 0) done(notFound('getaddrinfo', name));
    else if (all) done(null, withFamily(usable));
    else done(null, usable[0], 4);
  });
}

const withFamily = (addresses) => addresses.map((address) => ({ address, family: 4 }));

function resolve4(name, options, callback) {
  const done = callback ?? options;
  addressesOf(name, (addresses) => {
    if (addresses.length === 0) done(notFound('queryA', name));
    else done(null, options.ttl ? addresses.map((address) => ({ address, ttl: 0 })) : addresses);
  });
}

/** Cloud Map's records for tasks are A records; there are no others. */
function resolve6(name, options, callback) {
  process.nextTick(callback ?? options, notFound('queryAaaa', name));
}

function resolve(name, type, callback) {
  if (typeof type === 'function' || type === 'A') resolve4(name, callback ?? type);
  else process.nextTick(callback, notFound(`query${type}`, name));
}

function promisedForm(patch) {
  return (...given) =>
    new Promise((settle, reject) => {
      patch(...given, (error, value, family) => {
        if (error) reject(error);
        else settle(family === undefined ? value : { address: value, family });
      });
    });
}

module.exports = { patchNames };
