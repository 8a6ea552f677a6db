/** Rows in any order in, those of connections in order out: from memory, from a file, and without one. */
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { RowStore } from '../../src/cli/row-store.ts';

const temporary = process.env['TMPDIR'];
afterEach(() => {
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
});

test('any pieces of any connections come out in order', () => {
  const piece = fc.record({
    id: fc.nat(5000),
    indexes: fc.uniqueArray(fc.nat(40), { minLength: 1 }),
    text: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const store = new RowStore();
      const expected = new Map<number, Map<number, string>>();
      for (const { id, indexes, text } of pieces) {
        const rows = expected.get(id) ?? new Map<number, string>();
        expected.set(id, rows);
        const fresh = indexes.filter((index) => !rows.has(index)).toSorted((a, b) => a - b);
        for (const index of fresh) rows.set(index, `${text} ${index} é\u0000`);
        store.add(
          id,
          fresh.map((index) => ({ index, text: rows.get(index)! })),
        );
      }
      const ids = [...expected.keys()].toReversed();
      const all = ids.flatMap((id) => [...expected.get(id)!].toSorted(([a], [b]) => a - b).map(([, text]) => text));
      expect([...store.texts(ids)]).toEqual(all);
      store.close();
    }),
  );
});

/** 24 MB: more than stays in memory. Rows of ten connections by turns. */
function filled(): { store: RowStore; expected: string[] } {
  const store = new RowStore();
  const expected: string[] = [];
  for (let i = 0; i < 2400; i++) store.add(i % 10, [{ index: i, text: `${i} ${'x'.repeat(10_000)}` }]);
  for (let id = 0; id < 10; id++) for (let i = id; i < 2400; i += 10) expected.push(`${i} ${'x'.repeat(10_000)}`);
  return { store, expected };
}
const ids = Array.from({ length: 10 }, (_, id) => id);

test('what does not stay in memory comes from a file that nobody else can see', () => {
  const place = mkdtempSync(join(tmpdir(), 'synoptic-rows-'));
  process.env['TMPDIR'] = place;
  const used = process.memoryUsage().arrayBuffers;
  const { store, expected } = filled();
  expect(process.memoryUsage().arrayBuffers - used).toBeLessThan(16_000_000);
  expect(readdirSync(place)).toEqual([]);
  expect([...store.texts(ids)]).toEqual(expected);
  store.close();
  rmdirSync(place);
});

test('without a folder for temporary files it stays in memory', () => {
  process.env['TMPDIR'] = '/nowhere/at/all';
  const { store, expected } = filled();
  expect(store.limitReached).toBe(false);
  expect([...store.texts(ids)]).toEqual(expected);
  for (let i = 0; i < 26; i++) store.add(11, [{ index: i, text: 'y'.repeat(10_000_000) }]);
  expect(store.limitReached).toBe(true);
  expect([...store.texts(ids)].length).toBe(expected.length);
  store.close();
});
