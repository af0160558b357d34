import { type Workshop, openWorkshop, withInfra } from '../../../actions/build-push/test/workshop.ts';
import { buildRole } from '../../infra/roles.ts';
import { good } from './release-scenarios.ts';

export type BuildScenario = {
  readonly open: () => Promise<Workshop>;
  readonly play: (workshop: Workshop) => Promise<void>;
};

/** Those that need what only build-push sends; each in a workshop of its own. */
export const builds = {
  'a build in two parts, with a gate for what scans find': {
    open: () => openWorkshop(undefined, { scanOnPush: true }),
    async play(workshop) {
      await workshop.pushCache('web');
      for (const shard of ['1/2', '2/2', 'join']) good(await workshop.run({ shard, 'scan-gate': 'critical' }));
    },
  },
  'a repository that nobody else makes': {
    open: () => openWorkshop(withInfra('shop/web')),
    async play(workshop) {
      await provisionCreator(workshop);
      const inputs = { 'create-repositories': 'true', services: 'web', 'role-to-assume': creator };
      good(await workshop.run(inputs));
    },
  },
} satisfies Readonly<Record<string, BuildScenario>>;

const creator = 'arn:aws:iam::111122223333:role/shop-creator';

/** A build's role for a repository of another name, with the two actions that build-push's README asks for besides. */
async function provisionCreator({ stage }: Workshop): Promise<void> {
  const { type, properties } = buildRole(stage.manifest, 'example/smartboard');
  const more = {
    Effect: 'Allow',
    Action: ['ecr:CreateRepository', 'ecr:PutLifecyclePolicy'],
    Resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/shop/web',
  };
  const creating = { PolicyName: 'creating', PolicyDocument: { Version: '2012-10-17', Statement: [more] } };
  const elsewhere = JSON.stringify(properties['Policies']).replaceAll(
    /repository\/smartboard-(?:web|\*)/g,
    'repository/shop/web',
  );
  const Policies = [...(JSON.parse(elsewhere) as object[]), creating];
  const made = { ...properties, RoleName: 'shop-creator', Policies };
  await stage.cloud.provision([{ id: 'creator', type, properties: made }]);
}
