import { z } from 'zod';
import type { WireRequest, WireResponse } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { answer } from '../../transport/answer.ts';

/** Which web pages may use a bucket's objects (S3 user guide, "Using cross-origin resource sharing"). */
export const corsShape = z.strictObject({
  CorsRules: z.array(
    z.strictObject({
      AllowedOrigins: z.array(z.string()).min(1),
      AllowedMethods: z.array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])).min(1),
      AllowedHeaders: z.array(z.string()).optional(),
      ExposedHeaders: z.array(z.string()).optional(),
      MaxAge: z.int().nonnegative().optional(),
      Id: z.string().optional(),
    }),
  ),
});

/** PutBucketCors's XML. Throws MalformedXML for what is no list of rules. */
export function readCors(xml: string): readonly CorsRule[] {
  const rules = elements(xml, 'CORSRule').map((rule) => ({
    AllowedOrigins: elements(rule, 'AllowedOrigin'),
    AllowedMethods: elements(rule, 'AllowedMethod'),
    AllowedHeaders: elements(rule, 'AllowedHeader'),
    ExposedHeaders: elements(rule, 'ExposeHeader'),
    ...Object.fromEntries(elements(rule, 'MaxAgeSeconds').map((seconds) => ['MaxAge', Number(seconds)])),
    ...Object.fromEntries(elements(rule, 'ID').map((id) => ['Id', id])),
  }));
  const read = corsShape.safeParse({ CorsRules: rules });
  if (read.success && rules.length > 0) return read.data.CorsRules;
  const said = 'The XML you provided was not well-formed or did not validate against our published schema';
  throw new AwsError('MalformedXML', said);
}

/** What stands in each element of this name. Rules have no attributes, and texts no entities but those of a name. */
function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g'))].map(([, content = '']) =>
    content.replaceAll('&amp;', '&'),
  );
}

export type CorsRule = z.infer<typeof corsShape>['CorsRules'][number];

/** The browser's question before a request of another origin. Throws AccessForbidden when no rule lets it pass. */
export function preflight(rules: readonly CorsRule[], request: WireRequest): WireResponse {
  const headers = corsHeaders(rules, request, request.headers['access-control-request-method'] ?? '');
  if (headers === undefined) {
    const said = 'CORSResponse: This CORS request is not allowed.';
    throw new AwsError('AccessForbidden', said, { status: 403 });
  }
  return answer(200, headers);
}

/** What lets the page read the answer; undefined when the request is not another origin's, or not allowed. */
export function corsHeaders(
  rules: readonly CorsRule[],
  { headers }: WireRequest,
  method: string,
): Record<string, string> | undefined {
  const origin = headers['origin'];
  if (origin === undefined) return undefined;
  const wanted = (headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const rule = rules.find(
    ({ AllowedOrigins, AllowedMethods, AllowedHeaders = [] }) =>
      AllowedOrigins.some((pattern) => matches(pattern, origin)) &&
      AllowedMethods.some((allowed) => allowed === method) &&
      wanted.every((name) => name === '' || AllowedHeaders.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
  if (rule === undefined) return undefined;
  return {
    'access-control-allow-origin': rule.AllowedOrigins.includes('*') ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    ...(wanted[0] === '' ? {} : { 'access-control-allow-headers': wanted.join(', ') }),
    ...(rule.ExposedHeaders === undefined ? {} : { 'access-control-expose-headers': rule.ExposedHeaders.join(', ') }),
    ...(rule.MaxAge === undefined ? {} : { 'access-control-max-age': String(rule.MaxAge) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** One `*` stands for any characters. */
function matches(pattern: string, text: string): boolean {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return pattern === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}
