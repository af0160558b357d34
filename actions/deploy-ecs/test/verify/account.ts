import { DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { inProcess } from '../../../../rehearsal/in-process.ts';
import type { Stage } from '../../../../rehearsal/test/stage/stage.ts';

/** What somebody with all rights does to the account between infra and release. */
export type Account = {
  /** Changes what infra has published: `network`, `services/web`, … */
  changeContract(part: string, change: (value: any) => object): Promise<void>;
  deleteParameter(name: string): Promise<void>;
  /** With all images in it. */
  deleteRepository(name: string): Promise<void>;
  /** Makes a resource as CloudFormation would; answers with its ref. */
  make(type: `AWS::${string}`, properties: Record<string, unknown>): Promise<string>;
};

export function accountOf({ cloud }: Stage): Account {
  const configuration = {
    region: cloud.region,
    credentials: { accessKeyId: 'simulator', secretAccessKey: 'simulator' },
    requestHandler: inProcess(cloud),
  };
  const ssm = new SSMClient(configuration);
  const ecr = new ECRClient(configuration);
  return {
    async changeContract(part, change) {
      const Name = `/smartboard/prod/infra/${part}`;
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
      const changed = change(JSON.parse(Parameter?.Value ?? '{}'));
      await ssm.send(new PutParameterCommand({ Name, Value: JSON.stringify(changed), Overwrite: true }));
    },
    async deleteParameter(Name) {
      await ssm.send(new DeleteParameterCommand({ Name }));
    },
    async deleteRepository(repositoryName) {
      await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    },
    async make(type, properties) {
      const made = await cloud.provision([{ id: 'made', type, properties }]);
      return made['made']?.ref ?? '';
    },
  };
}
