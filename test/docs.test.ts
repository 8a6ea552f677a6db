/** Pages name files that are there, link to pages that are there, and show code as it stands. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)];
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Code in fences is left out: it has words of its own. */
const prose = (page: string): string => read(page).replaceAll(/^```[\s\S]*?^```$/gm, '');

/** Paths in backticks, as in `detect/index.ts` or `fixtures/record/lab.py`; `NAME`, `ID` and stars stand for something. */
function pathsIn(page: string): string[] {
  const named = [
    ...prose(page).matchAll(/`(?:node |npx vitest run )?([\w./-]+\/[\w.-]+\.(?:ts|mjs|py|sh|json|md|yml))\b[^`]*`/g),
  ];
  return named.map(([, path]) => path!).filter((path) => !/\b(NAME|ID)\b/.test(path));
}

const isThere = (path: string): boolean => existsSync(join(ROOT, path)) || existsSync(join(ROOT, 'src', path));

describe.each(pages)('%s', (page) => {
  test('files that it names are there', () => {
    expect(pathsIn(page).filter((path) => !isThere(path))).toEqual([]);
  });

  test('links lead somewhere', () => {
    const links = [...prose(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(join(ROOT, dirname(page), path)))).toEqual([]);
  });

  test('code of the repository is shown as it stands', () => {
    for (const [, path, code] of read(page).matchAll(/^```ts\n\/\/ (src\/\S+)\n([\s\S]*?)^```$/gm)) {
      expect(read(path!), path).toContain(code!.trimEnd());
    }
  });
});

test('pages about adding something show code and name tests', () => {
  for (const page of ['docs/adding-a-detector.md', 'docs/adding-a-protocol.md']) {
    expect(read(page)).toMatch(/^```ts\n\/\/ src\//m);
    expect(pathsIn(page).filter((path) => path.startsWith('test/')).length).toBeGreaterThanOrEqual(5);
  }
});
