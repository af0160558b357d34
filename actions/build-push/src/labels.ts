export type Labels = ReadonlyMap<string, string>;

export type LabelledOrigin = {
  /** `https://github.com/owner/name`; undefined outside of a job. */
  readonly repositoryUrl: string | undefined;
  readonly commit: string;
  /** When the commit was made, seconds since the epoch; undefined when nobody knows. */
  readonly madeAt: number | undefined;
  readonly service: string;
};

/**
 * What an image says of itself, by the names of github.com/opencontainers/image-spec/blob/main/annotations.md. Nothing
 * in it changes between two builds of one commit: `created` is when the commit was made.
 */
export function imageLabels({ repositoryUrl, commit, madeAt, service }: LabelledOrigin): Labels {
  return new Map([
    ['org.opencontainers.image.title', service],
    ...(repositoryUrl === undefined ? [] : [['org.opencontainers.image.source', repositoryUrl] as const]),
    ['org.opencontainers.image.revision', commit],
    ...(madeAt === undefined
      ? []
      : [['org.opencontainers.image.created', new Date(madeAt * 1000).toISOString().replace('.000Z', 'Z')] as const]),
  ]);
}
