import type { WireRequest } from '../../../cloud.ts';
import type { Registry } from '../store.ts';

/** A request of the registry protocol, taken apart. */
export type RegistryCall = {
  readonly registry: Registry;
  /** Empty for the version check. */
  readonly repository: string;
  /** Tag, digest or upload id. */
  readonly reference: string;
  readonly query: URLSearchParams;
  readonly request: WireRequest;
};
