import { problemAt } from '../problem.ts';
import type { Problem } from '../problem.ts';
import type { InfraRule } from './rule.ts';

/**
 * What can be made today: aws-cdk-lib's list without the versions that it says are retired (a test compares). Versions
 * are retired all the time; a cluster that runs one is upgraded by AWS, and the manifest should then say so.
 */
// prettier-ignore
export const auroraVersions: readonly string[] = [
  '15.8', '15.10', '15.12', '15.13', '15.14', '15.15', '15.17',
  '16.4', '16.6', '16.8', '16.9', '16.10', '16.11', '16.13',
  '17.4', '17.5', '17.6', '17.7', '17.9',
  '18.3', '18.4', '18.6',
];

/** Redis OSS of ElastiCache with the parameter family redis7. */
export const redisVersions: readonly string[] = ['7.0', '7.1'];

/** Engines have versions that AWS still makes. */
export const checkEngines: InfraRule = ({ manifest: { database, cache } }) => [
  ...versionProblems('database', 'Aurora PostgreSQL', database?.version, auroraVersions),
  ...versionProblems('cache', 'ElastiCache for Redis', cache?.version, redisVersions),
];

function versionProblems(
  part: 'database' | 'cache',
  engine: string,
  version: string | undefined,
  known: readonly string[],
): Problem[] {
  if (version === undefined || known.includes(version)) return [];
  const major = version.split('.')[0];
  const sameMajor = known.filter((other) => other.split('.')[0] === major);
  const offered = sameMajor.length === 0 ? newestOfEach(known) : sameMajor;
  return [
    problemAt('E_MANIFEST', [part, 'version'], {
      message: `${engine} has no version ${version}, or has it no longer.`,
      remedy: `Write ${offered.map((other) => `"${other}"`).join(' or ')}.`,
    }),
  ];
}

/** Of each major version the last one listed. */
function newestOfEach(versions: readonly string[]): string[] {
  return [...new Map(versions.map((version) => [version.split('.')[0], version])).values()];
}
