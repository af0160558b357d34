import type { WireResponse } from '../../../cloud.ts';
import { answer } from '../../../transport/answer.ts';
import { getBlob, headBlob } from './blobs.ts';
import type { RegistryCall } from './call.ts';
import { getManifest, headManifest, listTags, putManifestRoute } from './manifests.ts';
import { cancelUpload, finishUpload, startUpload, uploadPart, uploadStatus } from './uploads.ts';

type Handler = (call: RegistryCall) => WireResponse;

export type Route = {
  readonly name: string;
  /** IAM action that ECR checks for it. */
  readonly action: string | undefined;
  readonly parameters: { readonly repository?: string; readonly reference?: string };
  readonly answer: Handler;
};

type Pattern = readonly [method: string, path: RegExp, name: string, action: string | undefined, answer: Handler];

const patterns: readonly Pattern[] = [
  [
    'GET',
    /^\/v2\/?$/,
    'CheckVersion',
    undefined,
    () => answer(200, { 'docker-distribution-api-version': 'registry/2.0' }, '{}'),
  ],
  ['POST', /^\/v2\/(.+)\/blobs\/uploads\/?$/, 'StartUpload', 'ecr:InitiateLayerUpload', startUpload],
  ['PATCH', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, 'UploadPart', 'ecr:UploadLayerPart', uploadPart],
  ['PUT', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, 'FinishUpload', 'ecr:CompleteLayerUpload', finishUpload],
  ['GET', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, 'UploadStatus', 'ecr:UploadLayerPart', uploadStatus],
  ['DELETE', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, 'CancelUpload', 'ecr:UploadLayerPart', cancelUpload],
  ['HEAD', /^\/v2\/(.+)\/blobs\/([^/]+)$/, 'HeadBlob', 'ecr:BatchCheckLayerAvailability', headBlob],
  ['GET', /^\/v2\/(.+)\/blobs\/([^/]+)$/, 'GetBlob', 'ecr:GetDownloadUrlForLayer', getBlob],
  ['HEAD', /^\/v2\/(.+)\/manifests\/([^/]+)$/, 'HeadManifest', 'ecr:BatchGetImage', headManifest],
  ['GET', /^\/v2\/(.+)\/manifests\/([^/]+)$/, 'GetManifest', 'ecr:BatchGetImage', getManifest],
  ['PUT', /^\/v2\/(.+)\/manifests\/([^/]+)$/, 'PutManifest', 'ecr:PutImage', putManifestRoute],
  ['GET', /^\/v2\/(.+)\/tags\/list$/, 'ListTags', 'ecr:ListImages', listTags],
];

/** What a method and path ask for; undefined when the registry has no such thing. */
export function routeOf(method: string, path: string): Route | undefined {
  for (const [wanted, pattern, name, action, handler] of patterns) {
    const match = wanted === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const [, repository, reference] = match;
    const parameters = {
      ...(repository && { repository }),
      ...(reference && { reference: decodeURIComponent(reference) }),
    };
    return { name, action, parameters, answer: handler };
  }
  return undefined;
}
