/** docs/findings.md says of every detector what its file says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allDetectors } from '../../src/detect/all.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/findings.md'), 'utf8').replaceAll(/\s+/g, ' ');

test('every detector has its section, and there are no others', () => {
  expect([...page.matchAll(/## ([a-z0-9-]+) /g)].map(([, id]) => id)).toEqual(allDetectors.map(({ id }) => id));
});

test.each(allDetectors.map((detector) => [detector.id, detector] as const))('%s', (_, { title, why, references }) => {
  expect(page).toContain(`${title}. ${why}`);
  for (const { spec, section } of references) expect(page).toContain(`${spec} section ${section}`);
});
