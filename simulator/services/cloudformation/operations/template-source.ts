import { invalid } from '../errors.ts';
import type { StackBook } from '../stack/book.ts';
import type { Stack } from '../stack/state.ts';
import { limits, readTemplate } from '../template/read.ts';
import type { Template } from '../template/model.ts';

/** Objects in buckets, as far as templates are read from them. */
export type TemplateStore = { textOf(bucket: string, key: string): string | undefined };

export type TemplateSource = {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
  readonly UsePreviousTemplate?: 'true' | 'false' | undefined;
};

/** The template that a request brings, points to or leaves as it is. Throws ValidationError. */
export function templateIn(
  source: TemplateSource,
  templates: TemplateStore,
  stack?: Pick<Stack, 'deployed'>,
): Template {
  const { TemplateBody: body, TemplateURL: url, UsePreviousTemplate } = source;
  if (UsePreviousTemplate === 'true') {
    if (stack?.deployed === undefined) throw invalid('There is no previous template');
    return stack.deployed.template;
  }
  if ((body === undefined) === (url === undefined))
    throw invalid('Either Template URL or Template Body must be specified.');
  if (body !== undefined && Buffer.byteLength(body) > limits.bodyBytes)
    throw invalid(
      `1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${limits.bodyBytes}`,
    );
  const text = body ?? fetched(url!, templates);
  if (Buffer.byteLength(text) > limits.fileBytes)
    throw invalid(`Template may not exceed ${limits.fileBytes} bytes in size.`);
  return readTemplate(text);
}

/** `https://s3.<region>.amazonaws.com/<bucket>/<key>`, or with the bucket in the host name. */
function fetched(url: string, templates: TemplateStore): string {
  const { hostname, pathname } = parsed(url);
  const path = decodeURIComponent(pathname.slice(1));
  const inHost = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  const slash = path.indexOf('/');
  const [bucket, key] = inHost === undefined ? [path.slice(0, slash), path.slice(slash + 1)] : [inHost, path];
  const text = templates.textOf(bucket, key);
  if (text === undefined) throw invalid(`S3 error: The specified key does not exist. (${bucket}/${key})`);
  return text;
}

function parsed(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw invalid('TemplateURL must be a supported URL.');
  }
}

/** The stack a request is about when it may name one. */
export function stackIn(book: StackBook, name: string | undefined): Stack | undefined {
  return name === undefined ? undefined : book.find(name);
}
