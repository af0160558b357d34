/** Whether a path of the context, with forward slashes, is left out of what is sent to the builder. */
export type Ignored = (path: string) => boolean;

/**
 * The rules of a .dockerignore file: one pattern a line, `!` takes back, the last that matches decides. A pattern that
 * matches a folder matches what is in it. https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseDockerignore(text: string): Ignored {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ takesBack: line.startsWith('!'), matches: matcherOf(line.replace(/^!/, '').trim()) }));
  return (path) => rules.reduce((ignored, { takesBack, matches }) => (matches(path) ? !takesBack : ignored), false);
}

/** Whether the pattern matches the path or a folder above it. */
export function matcherOf(pattern: string): (path: string) => boolean {
  const clean = pattern
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const regex = new RegExp(`^${sourceOf(clean)}(?:/|$)`);
  return (path) => regex.test(path);
}

/** Go's filepath.Match, and `**` for any number of folders. */
function sourceOf(pattern: string): string {
  return pattern.replaceAll(/\*\*\/|\*\*|\*|\?|\[[^\]]+\]|\\.|[.+^${}()|\\[\]]/g, (mark) => {
    if (mark === '**/') return '(?:.*/)?';
    if (mark === '**') return '.*';
    if (mark === '*') return '[^/]*';
    if (mark === '?') return '[^/]';
    if (mark.length === 2 && mark.startsWith('\\')) return mark;
    return mark.startsWith('[') && mark.length > 2 ? mark : `\\${mark}`;
  });
}
