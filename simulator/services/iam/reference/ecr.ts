import { alike, onEverything, tagging, type ActionTable } from './action.ts';

/** docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html */
export const ecr: ActionTable = {
  GetAuthorizationToken: onEverything,
  ...alike(['CreateRepository', 'TagResource'], { on: ['repository/'], keys: tagging }),
  ...alike(
    [
      'BatchCheckLayerAvailability',
      'BatchDeleteImage',
      'BatchGetImage',
      'CompleteLayerUpload',
      'DeleteRepository',
      'DescribeImages',
      'DescribeImageScanFindings',
      'DescribeRepositories',
      'GetDownloadUrlForLayer',
      'GetLifecyclePolicy',
      'GetLifecyclePolicyPreview',
      'InitiateLayerUpload',
      'ListImages',
      'PutImage',
      'PutLifecyclePolicy',
      'StartImageScan',
      'StartLifecyclePolicyPreview',
      'UploadLayerPart',
    ],
    { on: ['repository/'], keys: [] },
  ),
};
