// The address at which a job of act asks for its OIDC token. The simulator's issuer speaks of one job at a time, and
// act plays jobs side by side: here each asks in turn, after the issuer was told which one it is.
import { createServer } from 'node:http';
import { once } from 'node:events';

/** `claimsFor` answers a job's claims from the environment that it declares, undefined without one. */
export async function openTokenBroker(aws, claimsFor) {
  let turn = Promise.resolve();
  const server = createServer((request, response) => {
    turn = takeTurn(turn, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/token`, close: () => server.close() };

  async function takeTurn(previous, request, response) {
    await previous;
    try {
      const { searchParams: asked } = new URL(request.url, 'http://localhost');
      const access = await aws.setJobClaims(claimsFor(asked.get('environment') || undefined));
      const audience = encodeURIComponent(asked.get('audience') ?? '');
      const { authorization = '' } = request.headers;
      const answer = await fetch(`${access.url}&audience=${audience}`, { headers: { authorization } });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }
}
