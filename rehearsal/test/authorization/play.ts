import type { Authorization } from '../../../simulator/authorization.ts';
import { smallManifest } from '../stage/smartboard.ts';
import { openStage, type Stage } from '../stage/stage.ts';
import { builds } from './build-scenarios.ts';
import { releases } from './release-scenarios.ts';

/** What IAM was asked in each scenario, by its name. */
export type Asked = ReadonlyMap<string, readonly Authorization[]>;

export async function playAll(): Promise<Asked> {
  return new Map([...(await playReleases()), ...(await playBuilds())]);
}

async function playReleases(): Promise<Asked> {
  const asked = new Map<string, readonly Authorization[]>();
  const stage = await openStage({ manifest: smallManifest });
  // An account in which nothing was ever scaled.
  stage.cloud.autoscaling.settings.serviceLinkedRole = false;
  try {
    for (const [name, play] of Object.entries(releases)) asked.set(name, await newlyAsked(stage, () => play(stage)));
  } finally {
    await stage.close();
  }
  return asked;
}

async function playBuilds(): Promise<Asked> {
  const asked = new Map<string, readonly Authorization[]>();
  for (const [name, scenario] of Object.entries(builds)) {
    const workshop = await scenario.open();
    try {
      asked.set(name, await newlyAsked(workshop.stage, () => scenario.play(workshop)));
    } finally {
      await workshop.close();
    }
  }
  return asked;
}

/** What was asked of role sessions; what people do meanwhile as the account's root is left out. */
async function newlyAsked({ cloud }: Stage, play: () => Promise<void>): Promise<readonly Authorization[]> {
  const before = new Map(cloud.iam.authorizations().map((entry) => [keyOf(entry), entry.times]));
  await play();
  return cloud.iam
    .authorizations()
    .filter((entry) => entry.verdict !== 'root' && entry.times > (before.get(keyOf(entry)) ?? 0));
}

function keyOf({ times: _times, ...entry }: Authorization): string {
  return JSON.stringify(entry);
}
