import type { Whereabouts } from '../../names.ts';
import type { Problem } from '../problem.ts';
import type { Subject } from '../rules/rule.ts';
import type { WrittenEnvironment, WrittenService } from '../shape/manifest.ts';
import type { Path } from '../tree.ts';

/** What a rule of the infrastructure looks at: the manifest, and the environment that is to be made. */
export type InfraSubject = Subject & {
  readonly environment: WrittenEnvironment;
  /** `environments.<name>` */
  readonly path: Path;
  readonly whereabouts: Whereabouts;
};

/** Something that actions can live with, and nobody could make. */
export type InfraRule = (subject: InfraSubject) => Problem[];

/** The load balancer leads to it; it has a security group of its own. */
export function isPublic({ ingress }: WrittenService): boolean {
  return ingress !== undefined && ingress !== 'none';
}

/** A name with its placeholders filled in. */
export function fill(text: string, { application, environment }: Whereabouts): string {
  return text.replaceAll('{environment}', environment).replaceAll('{application}', application);
}
