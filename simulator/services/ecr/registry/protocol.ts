import type { Cloud, WireRequest, WireResponse } from '../../../cloud.ts';
import { AwsError } from '../../../operation.ts';
import type { Principal } from '../../../operation.ts';
import { answer } from '../../../transport/answer.ts';
import type { Protocol } from '../../../transport/exchange.ts';
import type { RegistryPasswords } from '../passwords.ts';
import type { Registry } from '../store.ts';
import { routeOf } from './routes.ts';

/**
 * The OCI distribution protocol (github.com/opencontainers/distribution-spec) as ECR speaks it: HTTP basic
 * authentication with user AWS, no token exchange, repositories never made by a push.
 */
export function registryProtocol(cloud: Cloud, registry: Registry, passwords: RegistryPasswords): Protocol {
  return (request, requestId) => {
    const url = new URL(request.path, 'http://registry');
    if (url.pathname !== '/v2' && !url.pathname.startsWith('/v2/')) return undefined;
    const route = routeOf(request.method, url.pathname);
    return {
      service: 'registry',
      operation: route?.name ?? `${request.method} ${url.pathname}`,
      requestId,
      carryOut(note) {
        const principal = holder(request, passwords);
        note.principal = principal;
        if (route === undefined) throw new AwsError('UNSUPPORTED', 'The operation is unsupported.', { status: 405 });
        note.parameters = route.parameters;
        const { repository, reference } = route.parameters;
        if (route.action !== undefined && repository !== undefined) {
          const { name, action } = route;
          cloud.iam.authorize(principal, `registry:${name}`, [{ action, resource: registry.arnOf(repository) }]);
        }
        return route.answer({
          registry,
          repository: repository ?? '',
          reference: reference ?? '',
          query: url.searchParams,
          request,
        });
      },
      refuse: (error) => refusal(error, registry, cloud),
    };
  };
}

/** Who holds the password of this request. Throws UNAUTHORIZED, or DENIED when it has expired. */
function holder(request: WireRequest, passwords: RegistryPasswords): Principal {
  const encoded = /^basic (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  const [user, password] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':');
  const found = user === 'AWS' ? passwords.holderOf(password ?? '') : undefined;
  if (found === 'expired') {
    throw new AwsError('DENIED', 'Your authorization token has expired. Reauthenticate and try again.', {
      status: 403,
    });
  }
  if (found === undefined) throw new AwsError('UNAUTHORIZED', 'Not Authorized', { status: 401 });
  return found;
}

/** API errors that a push meets have other names and codes here. */
const translated: Readonly<Record<string, { code: string; status: number }>> = {
  RepositoryNotFoundException: { code: 'NAME_UNKNOWN', status: 404 },
  AccessDeniedException: { code: 'DENIED', status: 403 },
  ImageTagAlreadyExistsException: { code: 'TAG_INVALID', status: 400 },
  InvalidParameterException: { code: 'MANIFEST_INVALID', status: 400 },
  ImageDigestDoesNotMatchException: { code: 'DIGEST_INVALID', status: 400 },
  LayersNotFoundException: { code: 'MANIFEST_BLOB_UNKNOWN', status: 404 },
  ReferencedImagesNotFoundException: { code: 'MANIFEST_BLOB_UNKNOWN', status: 404 },
};

function refusal(error: AwsError, registry: Registry, cloud: Cloud): WireResponse {
  const { code, status } = translated[error.code] ?? error;
  const challenge = `Basic realm="https://${registry.host}/",service="ecr.amazonaws.com"`;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'docker-distribution-api-version': 'registry/2.0',
    date: new Date(cloud.clock.now()).toUTCString(),
    ...(status === 401 ? { 'www-authenticate': challenge } : {}),
  };
  return answer(status, headers, JSON.stringify({ errors: [{ code, message: error.message }] }));
}
