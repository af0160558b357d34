import { createHash, createHmac } from 'node:crypto';

/**
 * A presigned S3 URL: whoever has it may do this one thing until it expires.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @param {{ method: string, url: URL, region: string, expiresSeconds: number, now?: Date,
 *   credentials: { accessKeyId: string, secretAccessKey: string, sessionToken?: string } }} request
 * @returns {URL}
 */
export function presign({ method, url, region, credentials, expiresSeconds, now = new Date() }) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const query = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expiresSeconds),
    ...(sessionToken === undefined ? {} : { 'X-Amz-Security-Token': sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  };
  const canonicalQuery = Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const canonicalRequest = [method, url.pathname, canonicalQuery, `host:${url.host}`, '', 'host', 'UNSIGNED-PAYLOAD'];
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest.join('\n'))].join('\n');
  const key = scope.split('/').reduce((previous, part) => hmac(previous, part), `AWS4${secretAccessKey}`);
  const signed = new URL(url);
  signed.search = `${canonicalQuery}&X-Amz-Signature=${hmac(key, toSign).toString('hex')}`;
  return signed;
}

/** RFC 3986: what encodeURIComponent leaves alone and AWS does not. */
export function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
