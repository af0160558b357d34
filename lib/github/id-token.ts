import { getIDToken } from '@actions/core';
import { ActionError } from '../core/errors.ts';
import type { Variables } from './inputs.ts';

/** A new OIDC token of this job, already masked. */
export async function requestIdToken(audience: string, variables: Variables = process.env): Promise<string> {
  if (!variables['ACTIONS_ID_TOKEN_REQUEST_URL'] || !variables['ACTIONS_ID_TOKEN_REQUEST_TOKEN']) {
    throw new ActionError('E_SCOPE', 'GitHub does not give this job an OIDC token (no ACTIONS_ID_TOKEN_REQUEST_URL).', {
      remedy: 'Add `permissions: id-token: write` to the job; pull requests from forks never get one.',
      place: 'role-to-assume',
    });
  }
  try {
    return await getIDToken(audience);
  } catch (cause) {
    throw new ActionError('E_REMOTE', "GitHub's token service did not answer with an OIDC token.", {
      remedy: 'Run the job again; in a job of more than some hours the right to ask for tokens ends.',
      cause,
    });
  }
}
