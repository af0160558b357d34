/**
 * The task role's temporary credentials, as ECS serves them to a container, or MinIO's keys on a laptop.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function credentialsFrom(environment) {
  const { MINIO_ACCESS_KEY: accessKeyId, MINIO_SECRET_KEY: secretAccessKey } = environment;
  if (accessKeyId !== undefined) return async () => ({ accessKeyId, secretAccessKey });
  const url = containerUrl(environment);
  let known;
  return async () => {
    if (known === undefined || known.expiresAt - Date.now() < refreshBeforeMs)
      known = await fetchCredentials(url, environment);
    return known;
  };
}

const refreshBeforeMs = 5 * 60_000;

function containerUrl({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: url }) {
  return path === undefined ? url : `http://169.254.170.2${path}`;
}

async function fetchCredentials(url, { AWS_CONTAINER_AUTHORIZATION_TOKEN: token }) {
  if (url === undefined) throw new Error('the task has no role and MINIO_ACCESS_KEY is not set');
  const headers = token === undefined ? {} : { authorization: token };
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(2000) });
  if (!answer.ok) throw new Error(`the task role's credentials were refused (${answer.status})`);
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = await answer.json();
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    expiresAt: Date.parse(Expiration),
  };
}
