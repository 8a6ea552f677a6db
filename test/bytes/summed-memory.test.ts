/** Sums over lent memory are those that JavaScript makes, and it is lent to one reader at a time. */
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { foldToNetwork, sumWords } from '../../src/bytes/checksum.ts';
import { SUMMED_BYTES, borrow, giveBack, lent } from '../../src/bytes/summed-memory.ts';
import { Block } from '../../src/capture/block.ts';
import type { ByteSupply } from '../../src/capture/supply.ts';

let view: DataView;
beforeEach(() => {
  view = borrow()!;
});
afterEach(() => giveBack(view));

/** The same bytes where nothing is lent. */
const plain = (at: number, length: number): DataView => new DataView(view.buffer.slice(at, at + length));

test('this machine has it', () => {
  expect(view.byteLength).toBe(SUMMED_BYTES);
});

test('any bytes, from any offset, of any length', () => {
  const bytes = new Uint8Array(view.buffer);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(3000), fc.nat(0x1ffff), (content, at, before) => {
      bytes.set(content, at);
      const { length } = content;
      expect(sumWords(view, at, length, before) % 0xffff).toBe(sumWords(plain(at, length), 0, length, before) % 0xffff);
    }),
    { numRuns: 500, seed: 20261121 },
  );
});

test.each([96, 127, 128, 65_535, 262_144, 524_288])('%d bytes of ff, where most could overflow', (length) => {
  new Uint8Array(view.buffer).fill(0xff, 0, length);
  expect(foldToNetwork(sumWords(view, 0, length, 0))).toBe(length % 2 === 0 ? 0xffff : 0xff00);
});

test('the sum is taken from the lent memory, and only for its own view', () => {
  const real = lent.sum;
  let calls = 0;
  lent.sum = (at, end) => {
    calls++;
    return real(at, end);
  };
  sumWords(view, 0, 500, 0);
  sumWords(view, 0, 95, 0);
  sumWords(new DataView(view.buffer), 0, 500, 0);
  lent.sum = real;
  expect(calls).toBe(1);
});

test('one at a time', () => {
  expect(borrow()).toBeNull();
  giveBack(new DataView(view.buffer));
  expect(borrow()).toBeNull();
  giveBack(view);
  expect((view = borrow()!)).not.toBeNull();
});

const supply: ByteSupply = { read: () => 0, close: () => {}, trouble: null, consumed: 0, size: null };

test('a block of a capture borrows it and gives it back: when it closes, and when a record needs more', async () => {
  giveBack(view);
  const first = new Block(supply, SUMMED_BYTES);
  expect(lent.view).toBe(first.view);
  const second = new Block(supply, SUMMED_BYTES);
  expect(second.view.buffer).not.toBe(first.view.buffer);
  second.close();
  expect(lent.view).toBe(first.view);
  await first.refill(2 * SUMMED_BYTES);
  expect(lent.view).not.toBe(first.view);
  expect(first.bytes).toHaveLength(2 * SUMMED_BYTES);
  const third = new Block(supply, SUMMED_BYTES);
  expect(lent.view).toBe(third.view);
  third.close();
  expect(new Block(supply, 4096).view.buffer).not.toBe(lent.view.buffer);
});
