/** Policies in the docs are policies; the page names every collection, key and format. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collections } from '../../src/check/collections.ts';
import { readPolicy } from '../../src/check/policy.ts';
import { detectors } from '../../src/detect/index.ts';

const vocabulary = new Map([['findings.id', detectors.map(({ id }) => id)]]);
const page = readFileSync('docs/policy.md', 'utf8');

const policies = ['docs/policy.md', 'docs/ci.md', 'docs/flood-responders.md'].flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/^```yaml\n(version: 1\n[\s\S]*?)^```$/gm)].map(
    ([, text], i) => [`${path} ${i + 1}`, text!] as const,
  ),
);

test('there are some', () => expect(policies.length).toBeGreaterThanOrEqual(3));

test.each(policies)('%s', (_, text) => {
  expect(readPolicy(text, vocabulary).rules.length).toBeGreaterThan(0);
});

describe('the page names', () => {
  test.each(collections.map(({ name }) => name))('%s', (name) => expect(page).toContain(`| \`${name}\` |`));
  test.each(['junit', 'sarif', 'github', 'gitlab', 'every', 'none', 'count', 'share', 'sum', 'p99', 'filter'])(
    '%s',
    (word) => expect(page).toContain(`\`${word}\``),
  );
});
