import type { Cloud } from '../../cloud.ts';
import { AwsError } from '../../operation.ts';
import { answer, xmlAnswer } from '../../transport/answer.ts';
import type { Protocol } from '../../transport/exchange.ts';
import { xmlElements } from '../../transport/xml.ts';

const lifeMs = 3600_000;
const prefix = '/_ecr/layers/';

/**
 * What GetDownloadUrlForLayer hands out: on AWS a presigned link to a bucket, so whoever has it needs no other proof,
 * for an hour.
 */
export class LayerLinks {
  private readonly links = new Map<string, { bytes: Uint8Array; expiresAt: number }>();
  private readonly cloud: Cloud;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  issue(bytes: Uint8Array, host: string): string {
    const token = this.cloud.random('layer-links').text(32);
    this.links.set(token, { bytes, expiresAt: this.cloud.clock.now() + lifeMs });
    return `http://${host}${prefix}${token}`;
  }

  /** The bucket's answer. */
  get protocol(): Protocol {
    return ({ method, path }, requestId) => {
      if (method !== 'GET' || !path.startsWith(prefix)) return undefined;
      return {
        service: 'layers',
        operation: 'Download',
        requestId,
        carryOut: () =>
          answer(200, { 'content-type': 'application/octet-stream' }, this.bytesOf(path.slice(prefix.length))),
        refuse: ({ code, message, status }) =>
          xmlAnswer(status, xmlElements({ Error: { Code: code, Message: message } })),
      };
    };
  }

  private bytesOf(token: string): Uint8Array {
    const link = this.links.get(token);
    if (link === undefined || link.expiresAt <= this.cloud.clock.now())
      throw new AwsError('AccessDenied', 'Request has expired', { status: 403 });
    return link.bytes;
  }
}
