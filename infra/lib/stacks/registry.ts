import { CfnRepository } from 'aws-cdk-lib/aws-ecr';
import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { lifecyclePolicy } from '../../../lib/core/lifecycle.ts';
import { repositoryName } from '../../../lib/core/names.ts';
import type { Setting } from '../setting.ts';

/**
 * One repository a service. All environments of the account share them, so nothing here depends on an environment, and
 * repositories stay when the stack or a service goes: another environment may still run their images.
 */
export class RegistryStack extends Stack {
  constructor(scope: Construct, id: string, { manifest }: Setting, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    for (const service of manifest.services.keys()) {
      const repository = new CfnRepository(this, service, {
        repositoryName: repositoryName(manifest.application, service),
        imageScanningConfiguration: { scanOnPush: true },
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: mayMove.map((filter) => ({
          imageTagMutabilityExclusionFilterType: 'WILDCARD',
          imageTagMutabilityExclusionFilterValue: filter,
        })),
        lifecyclePolicy: { lifecyclePolicyText: lifecyclePolicy() },
      });
      repository.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
  }
}

/** Tags that go from image to image: build-push keeps its cache under one, and gives `latest` to whoever asks for it. */
const mayMove = ['latest', 'build-cache*'];
