/** Where an end's sequence numbers begin means nothing: shifting all of them changes nothing in its ladder. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../support/capture-bytes.ts';
import { type Line, download, framesOf, handshake } from './conversation.ts';
import { drawnOf, ladderOf } from './drawing.ts';

async function ladder(frames: readonly Frame[]): Promise<unknown> {
  const { rows, text, doc } = await drawnOf(frames);
  return { rows, lines: ladderOf(text(true)), folded: ladderOf(text()), states: doc.states, close: doc.close };
}

const anyLine: fc.Arbitrary<Line> = fc.record({
  at: fc.integer({ min: 30, max: 4000 }).map((ms) => ms / 1000),
  from: fc.constantFrom('>' as const, '<' as const),
  flags: fc.constantFrom('A', 'A', 'PA', 'PA', 'FA', 'RA', 'SA', 'R'),
  seq: fc.integer({ min: 0, max: 3000 }),
  ack: fc.integer({ min: 0, max: 3000 }),
  length: fc.constantFrom(0, 1, 100, 1000),
  window: fc.constantFrom(0, 500, 64_240),
});

const isn = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_f000));

test.each([
  ['with its handshake', handshake],
  ['joined mid-stream', []],
])('a conversation of any segments, %s', async (_name, opening) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 60 }), isn, isn, async (lines, a, b) => {
      const whole = [...opening, ...lines.toSorted((x, y) => x.at - y.at)];
      expect(await ladder(framesOf(whole, [a, b]))).toEqual(await ladder(framesOf(whole)));
    }),
    { numRuns: 60 },
  );
});

test('a download that crosses 2^32', async () => {
  const lines = download(50);
  expect(await ladder(framesOf(lines, [0xffff_ffff, 0xffff_5000]))).toEqual(await ladder(framesOf(lines)));
});
