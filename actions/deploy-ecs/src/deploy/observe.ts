import { findImageDigests } from '../../../../lib/aws/ecr-released-image.ts';
import { describeServices, type ObservedService } from '../../../../lib/aws/ecs-services.ts';
import { readHead } from '../../../../lib/aws/ledger/head.ts';
import { readRelease } from '../../../../lib/aws/ledger/records.ts';
import type { Aws } from '../../../../lib/aws/session.ts';
import { describeTaskDefinition, type RegisteredDefinition } from '../../../../lib/aws/task-definition.ts';
import type { Whereabouts } from '../../../../lib/core/names.ts';
import type { Head, ReleaseRecord } from '../../../../lib/core/ledger.ts';

/** What AWS says about an environment before a release. */
export type ObservedEnvironment = {
  /** By the name of the ECS service. */
  readonly services: ReadonlyMap<string, ObservedService>;
  /** What the services run now, by ARN. */
  readonly definitions: ReadonlyMap<string, RegisteredDefinition>;
  /** By service: every digest by which its image may show up in a task; absent when ECR does not have it. */
  readonly images: ReadonlyMap<string, readonly string[]>;
  readonly head: Head | undefined;
  readonly current: ReleaseRecord | undefined;
};

export type Sought = {
  readonly cluster: string;
  readonly services: readonly {
    readonly name: string;
    readonly ecsName: string;
    readonly repository: string;
    readonly digest: string;
  }[];
  readonly where: Whereabouts;
};

export async function observeEnvironment(aws: Aws, { cluster, services, where }: Sought): Promise<ObservedEnvironment> {
  const [observed, images, ledger] = await Promise.all([
    observeServices(
      aws,
      cluster,
      services.map(({ ecsName }) => ecsName),
    ),
    Promise.all(services.map(async (one) => [one.name, await findImageDigests(aws, one)] as const)),
    observeLedger(aws, where),
  ]);
  const found = images.filter((image): image is readonly [string, readonly string[]] => image[1] !== undefined);
  return { ...observed, images: new Map(found), ...ledger };
}

async function observeServices(
  aws: Aws,
  cluster: string,
  names: readonly string[],
): Promise<Pick<ObservedEnvironment, 'services' | 'definitions'>> {
  const services = await describeServices(aws, cluster, names);
  const arns = [...new Set([...services.values()].map(({ taskDefinition }) => taskDefinition))];
  const definitions = await Promise.all(arns.map((arn) => describeTaskDefinition(aws, arn)));
  return {
    services,
    definitions: new Map(
      definitions.flatMap((definition) => (definition === undefined ? [] : [[definition.arn, definition]])),
    ),
  };
}

async function observeLedger(aws: Aws, where: Whereabouts): Promise<Pick<ObservedEnvironment, 'head' | 'current'>> {
  const head = await readHead(aws, where);
  return { head, current: head?.current === undefined ? undefined : await readRelease(aws, where, head.current) };
}
