const patienceMs = 3000;

/** What a service says of its own readiness; a service that says nothing is not ready. */
export async function serviceStatus(baseUrl) {
  const name = new URL(baseUrl).hostname.split('.')[0];
  return (await ask(new URL('/health/ready', baseUrl))) ?? silent(name);
}

const heartbeatMs = 10_000;

/** The worker takes no calls; svc-datasets knows when it last came for work, and what it said. */
export async function workerStatus(datasetsUrl) {
  const { seenAt, ...status } = (await ask(new URL('/worker', datasetsUrl))) ?? {};
  return seenAt > Date.now() - heartbeatMs ? status : silent('worker');
}

function silent(service) {
  return { service, ready: false, needs: { answer: 'none' } };
}

async function ask(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    return await answer.json();
  } catch {
    return undefined;
  }
}
