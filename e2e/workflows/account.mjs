// The simulated AWS with the example's infrastructure in it, as `npm start` makes it, and what is true in there.
import { join } from 'node:path';
import { BatchGetImageCommand, ECRClient } from '@aws-sdk/client-ecr';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { emitIfStale } from '../../scripts/emit.mjs';
import { openTokenBroker } from './token-broker.mjs';

emitIfStale();
const built = (path) => import(new URL(`../../build/${path}`, import.meta.url));
const { beginLife } = await built('rehearsal/life.js');
const { readManifest } = await built('rehearsal/manifest.js');
const { openAccount } = await built('rehearsal/account.js');
const { prepareBuilder } = await built('rehearsal/builder/prepare.js');
const { openAdministrator } = await built('rehearsal/administrator.js');
const { headPath } = await built('lib/core/names.js');
export const { claimOf } = await built('rehearsal/claim.js');
export const { scenarios } = await built('rehearsal/scenarios/index.js');

const quiet = { phase() {}, say() {} };
export const repository = 'example/smartboard';

/** `end` ends everything that was started; `signal` says that somebody outside wants that. */
export async function openSimulatedAccount() {
  const life = await beginLife();
  try {
    const manifest = await readManifest(undefined);
    const wish = { scenario: 'healthy', driver: 'model', speed: 50, seed: 1, port: 0, log: undefined };
    const { aws, infrastructure } = await openAccount(wish, manifest, { life, progress: quiet });
    const broker = await openTokenBroker(aws, claimsOf);
    life.onEnd(() => broker.close());
    const tools = await prepareBuilder('stand-in', join(life.directory, 'tools'));
    const access = await aws.setJobClaims(claimsOf());
    return {
      aws: { ...aws, setCommits: (commits) => tell(aws, 'commits', commits) },
      infrastructure,
      access,
      tokens: broker.url,
      tools,
      directory: life.directory,
      services: [...manifest.selected.services.keys()],
      signal: life.signal,
      end: () => life.end(),
    };
  } catch (error) {
    await life.end();
    throw error;
  }
}

/** Of a job as deploy.yml declares it: it may read deployments, and GitHub has made none for it. */
function claimsOf(environment) {
  const permissions = { contents: 'read', deployments: 'read' };
  return { repository, permissions, ...(environment === undefined ? {} : { environment }) };
}

async function tell({ url }, page, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/_simulator/${page}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The simulator refused ${page}: ${await answer.text()}`);
}

/** Digests in the registry, by service, of the images that have the commit's tag. */
export async function digestsOf(commit, { aws, infrastructure, services }) {
  const { application, region } = infrastructure.scope;
  const ecr = new ECRClient(openAdministrator({ url: aws.url, region }).configuration);
  const digests = {};
  for (const service of services) {
    const asked = { repositoryName: `${application}-${service}`, imageIds: [{ imageTag: commit }] };
    const { images } = await ecr.send(new BatchGetImageCommand(asked));
    digests[service] = images?.[0]?.imageId?.imageDigest;
  }
  return digests;
}

/** Where the environment stands, as the ledger says it; undefined before the first release. */
export async function ledgerHead({ aws, infrastructure: { scope } }) {
  const ssm = new SSMClient(openAdministrator({ url: aws.url, region: scope.region }).configuration);
  const { Parameters } = await ssm.send(new GetParametersCommand({ Names: [headPath(scope)] }));
  return Parameters?.[0] && JSON.parse(Parameters[0].Value);
}
