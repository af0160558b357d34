/* The PostgreSQL protocol, as far as a server that hands messages on must know it:
 * https://www.postgresql.org/docs/current/protocol-message-formats.html */

const encryptionRequests = new Set([80877103, 80877104]);
const maxMessageBytes = 64 * 1024 * 1024;

/** Whole messages of a client, the startup message first. Refuses encryption on the way (there is none). */
export async function* readMessages(socket) {
  let buffer = Buffer.alloc(0);
  let hasStarted = false;
  for await (const part of socket) {
    buffer = Buffer.concat([buffer, part]);
    for (;;) {
      // Only the startup message has no type byte before its length.
      const offset = hasStarted ? 1 : 0;
      if (buffer.length < offset + 4) break;
      const length = offset + buffer.readInt32BE(offset);
      if (length < offset + 4 || length > maxMessageBytes) throw new Error('not a PostgreSQL client');
      if (buffer.length < length) break;
      const message = buffer.subarray(0, length);
      buffer = buffer.subarray(length);
      if (!hasStarted && length === 8 && encryptionRequests.has(message.readInt32BE(4))) {
        socket.write('N');
        continue;
      }
      hasStarted = true;
      yield message;
    }
  }
}

/** AuthenticationCleartextPassword: nothing leaves this machine. */
export const passwordRequest = encode('R', int32(3));

export function errorResponse(code, text) {
  const fields = { S: 'FATAL', V: 'FATAL', C: code, M: text };
  const body = Object.entries(fields).map(([name, value]) => `${name}${value}\0`);
  return encode('E', Buffer.from(`${body.join('')}\0`));
}

function encode(type, body) {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
