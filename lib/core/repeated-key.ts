/**
 * Whether an object in a text of valid JSON has a key twice, however it is escaped. JSON.parse keeps the last one and
 * says nothing, so that a reader and a program would see different values.
 */
export function hasRepeatedKey(json: string): boolean {
  const open: Set<string>[] = [];
  let lastString: string | undefined;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/gs)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token === ':' && lastString !== undefined) {
      const keys = open.at(-1);
      const key = String(JSON.parse(lastString));
      if (keys?.has(key) === true) return true;
      keys?.add(key);
    }
    lastString = token.startsWith('"') ? token : undefined;
  }
  return false;
}
