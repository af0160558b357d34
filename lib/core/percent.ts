/**
 * Percent-encodes everything but RFC 3986's unreserved characters, so that a value can stand in any part of a URL.
 * `encodeURIComponent` leaves `!'()*` alone, which other readers of a URL (and log maskers) encode: here they are encoded.
 *
 * Throws a RangeError, without the value in it, when the value cannot make the round trip (lone surrogates).
 */
export function percentEncode(value: string): string {
  let encoded: string;
  try {
    encoded = encodeURIComponent(value).replace(/[!'()*]/g, encodeAsciiCharacter);
  } catch {
    throw new RangeError('The value is not well-formed text: it holds half of a surrogate pair.');
  }
  if (decodeURIComponent(encoded) !== value) throw new RangeError('The value does not survive percent-encoding.');
  return encoded;
}

function encodeAsciiCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
