import type { SelectedManifest } from '../../../lib/core/manifest/select.ts';
import { buildTimesPath } from '../../../lib/core/names.ts';
import { arnsOf } from './arns.ts';
import type { Grant } from './document.ts';

/** What actions/build-push/README.md asks for: push to the manifest's own repositories, and remember how long builds take. */
export function buildGrants(manifest: SelectedManifest): readonly Grant[] {
  const arns = arnsOf(manifest);
  const builds = arns.parameter(buildTimesPath(arns.where).replace(/\/$/, ''));
  return [
    {
      why: 'A registry login and the question who one is know no narrower resource',
      actions: ['ecr:GetAuthorizationToken', 'sts:GetCallerIdentity'],
      on: ['*'],
    },
    {
      why: 'Reads what the application’s images are built on, which need not be a service',
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      on: [arns.regional('ecr', `repository/${manifest.application}-*`)],
    },
    {
      why: 'Pushes images of its own services',
      actions: [
        'ecr:CompleteLayerUpload',
        'ecr:DescribeImageScanFindings',
        'ecr:DescribeRepositories',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      on: [...manifest.services.values()].map(arns.repository),
    },
    {
      why: 'Each service has a parameter with the time of its last build',
      actions: ['ssm:GetParametersByPath', 'ssm:PutParameter'],
      on: [builds, `${builds}/*`],
    },
  ];
}
