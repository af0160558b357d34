// Plays the service behind GitHub's cache (version 2): entries by key over Twirp, their bytes as Azure blobs.
import { createServer } from 'node:http';

/** `variables` are what the runner gives to an action; `entries` what is kept, by key. */
export async function openGithubCache() {
  const entries = new Map();
  const blocks = new Map();
  let downloads = 0;

  const operations = {
    CreateCacheEntry: ({ key }) =>
      entries.has(key) ? { ok: false } : { ok: true, signed_upload_url: `${url}/blobs/${encodeURIComponent(key)}` },
    FinalizeCacheEntryUpload: ({ key }) => ({ ok: entries.has(key), entry_id: '1' }),
    GetCacheEntryDownloadURL({ key, restore_keys: prefixes = [] }) {
      const found = [key, ...prefixes].map((wanted) => [...entries.keys()].find((name) => name.startsWith(wanted)));
      const matched = found.find((name) => name !== undefined);
      if (matched === undefined) return { ok: false };
      return { ok: true, matched_key: matched, signed_download_url: `${url}/blobs/${encodeURIComponent(matched)}` };
    },
  };

  /** https://learn.microsoft.com/rest/api/storageservices/put-blob, put-block and put-block-list */
  function putBlob(key, query, body) {
    const blockOf = (id) => `${key} ${id}`;
    if (query.get('comp') === 'block') return void blocks.set(blockOf(query.get('blockid')), body);
    const ids = [...body.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)].map(([, id]) =>
      blocks.get(blockOf(id)),
    );
    entries.set(key, query.get('comp') === 'blocklist' ? Buffer.concat(ids) : body);
  }

  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { pathname, searchParams } = new URL(request.url, 'http://cache');
    response.setHeader('x-ms-request-id', '1');
    const [, operation] = /CacheService\/(\w+)$/.exec(pathname) ?? [];
    if (operation !== undefined) {
      const isAllowed = request.headers.authorization === `Bearer ${token}`;
      return response
        .writeHead(isAllowed ? 200 : 401, { 'content-type': 'application/json' })
        .end(JSON.stringify(isAllowed ? operations[operation](JSON.parse(body)) : {}));
    }
    const key = decodeURIComponent(pathname.slice('/blobs/'.length));
    if (request.method === 'PUT') {
      putBlob(key, searchParams, body);
      return response.writeHead(201).end();
    }
    downloads++;
    const range = request.headers['x-ms-range'] ?? request.headers.range ?? 'bytes=0-';
    const start = Number(/^bytes=(\d+)-/.exec(range)[1]);
    const bytes = entries.get(key).subarray(start);
    return response.writeHead(206, { 'content-length': String(bytes.length) }).end(bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const token = tokenOfJob();
  return {
    entries,
    downloads: () => downloads,
    variables: { ACTIONS_RESULTS_URL: `${url}/`, ACTIONS_CACHE_SERVICE_V2: 'true', ACTIONS_RUNTIME_TOKEN: token },
    close: () => server.close(),
  };
}

/** BuildKit reads in the token which branches' caches it may read (1) and write (2). */
function tokenOfJob() {
  const now = Math.floor(Date.now() / 1000);
  const claims = { nbf: now - 60, exp: now + 3600, ac: JSON.stringify([{ Scope: 'refs/heads/main', Permission: 3 }]) };
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
