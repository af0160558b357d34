import { Findings } from '../errors.ts';
import { parseManifest } from '../manifest/parse.ts';

/** What is wrong with a manifest, one line per finding: `E_MANIFEST 12:5 message remedy`; empty when nothing is. */
export function refusalOf(contents: string | Uint8Array): string[] {
  try {
    parseManifest(contents);
    return [];
  } catch (error) {
    if (!(error instanceof Findings)) throw error;
    return error.findings.map(
      ({ code, place = '', message, remedy }) => `${code} ${place.replace('slipway.yml:', '')} ${message} ${remedy}`,
    );
  }
}
