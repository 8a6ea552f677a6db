/** Whatever stands in the frames, a ladder is drawn: nothing throws, no line is too wide, the document fits its schema. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from '../../../src/report/json.ts';
import { schemaOf } from '../../../src/report/schema/registry.ts';
import { cells } from '../../../src/report/text/width.ts';
import { fixtures } from '../fixtures.ts';
import { drawnBytes } from './drawing.ts';

const validate = new Ajv2020({ strict: true }).compile(schemaOf('conn')!);
const captures = fixtures.filter((path) => /\/(flow|life)\/.*\.pcap$/.test(path)).map((path) => readFileSync(path));

/** Bytes of the file's and the records' headers are spared: what damage does to those is no matter of the ladder. */
function spoil(bytes: Uint8Array, damage: readonly (readonly [number, number])[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  const starts: number[] = [];
  for (let at = 24; at + 16 <= copy.length; at += 16 + view.getUint32(at + 8, true)) starts.push(at);
  for (const [where, value] of damage) {
    const start = starts[where % starts.length]!;
    const length = view.getUint32(start + 8, true);
    copy[start + 16 + ((where >>> 8) % length)] = value;
  }
  return copy;
}

test('with bytes changed at random', async () => {
  const damage = fc.array(fc.tuple(fc.nat(0xffff_ff), fc.nat(255)), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...captures), damage, fc.nat(2), async (bytes, changes, index) => {
      const found = await drawnBytes(spoil(bytes, changes), { index });
      if (found === null) return;
      const { doc, rows, text } = found;
      const document: unknown = JSON.parse([...jsonPieces(doc, 'segments', rows)].join(''));
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      for (const line of [...text(true, 90, true), ...text(false, 90, true)]) {
        expect(cells(line)).toBeLessThanOrEqual(90);
      }
    }),
    { numRuns: 300 },
  );
});
