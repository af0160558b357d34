import type { Variables } from '../../../lib/github/inputs.ts';

/**
 * What the app's process may know of the job: how to find programs, folders and the network. Tokens of GitHub and inputs
 * are not among it: CDK and its packages have no business with them.
 */
const passedOn =
  /^(?:PATH|HOME|USERPROFILE|LANG|LC_ALL|TMPDIR|TEMP|TMP|RUNNER_TEMP|SYSTEMROOT|CI|NO_COLOR|HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|AWS_CA_BUNDLE|AWS_ENDPOINT_URL(?:_\w+)?)$/i;

/** Credentials that the job has by itself, or where to find them. */
const ofTheJob =
  /^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE|CONTAINER_\w+|WEB_IDENTITY_TOKEN_FILE|ROLE_ARN|ROLE_SESSION_NAME|EC2_METADATA_\w+)$/;

/** `keys` are those of the role, and the only ones then. */
export function childVariables(variables: Variables, keys: Variables | undefined, more: Variables): Variables {
  const inherited = Object.entries(variables).filter(
    ([name]) => passedOn.test(name) || (keys === undefined && ofTheJob.test(name)),
  );
  return { ...Object.fromEntries(inherited), ...keys, ...more };
}
