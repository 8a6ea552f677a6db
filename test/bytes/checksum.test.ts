import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldToNetwork, networkWord, sumWords } from '../../src/bytes/checksum.ts';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const sum = (bytes: Uint8Array): number => foldToNetwork(sumWords(viewOf(bytes), 0, bytes.length, 0));

/** RFC 1071 section 1 word by word: big-endian words, an odd last byte padded with zero, end-around carry. */
function naive(bytes: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    total += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
    if (total > 0xffff) total -= 0xffff;
  }
  return total;
}

test('the example of RFC 1071 section 3', () => {
  // The words 0001 f203 f4f5 f6f7 sum to 2ddf0, which folds to ddf2.
  expect(sum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(0xddf2);
});

test('an IPv4 header with its checksum sums to ffff', () => {
  const header = Buffer.from('45000073000040004011b861c0a80001c0a800c7', 'hex');
  expect(sum(header)).toBe(0xffff);
  header[10] = 0;
  header[11] = 0;
  expect(~sum(header) & 0xffff).toBe(0xb861);
});

test.each<[hex: string, expected: number]>([
  ['', 0],
  ['01', 0x0100],
  ['0102', 0x0102],
  ['010203', 0x0402],
  ['0102030405', 0x0906],
  ['ffff', 0xffff],
  ['ffff0001', 0x0001],
  ['ffffffff', 0xffff],
  ['ffffffffff', 0xff00],
])('%j', (hex, expected) => {
  expect(sum(Buffer.from(hex, 'hex'))).toBe(expected);
});

describe('lengths where something could overflow', () => {
  // Carries are folded every 8,192 steps of 4 bytes.
  test.each([32_767, 32_768, 32_769, 32_772, 65_533, 65_535, 65_536, 131_073, 1_000_001])(
    '%i bytes of ff',
    (length) => {
      expect(sum(new Uint8Array(length).fill(0xff))).toBe(naive(new Uint8Array(length).fill(0xff)));
    },
  );

  test('64 KiB of different bytes', () => {
    const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    expect(sum(bytes)).toBe(naive(bytes));
  });
});

test('any bytes, from any offset, in two parts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(8), fc.nat(300), (bytes, before, at) => {
      const whole = new Uint8Array(before + bytes.length + 3).fill(0xa5);
      whole.set(bytes, before);
      const view = viewOf(whole);
      expect(foldToNetwork(sumWords(view, before, bytes.length, 0))).toBe(naive(bytes));
      // Parts of even length add up, as pseudo-header and segment do.
      const cut = Math.min(at & ~1, bytes.length & ~1);
      const first = sumWords(view, before, cut, 0);
      expect(foldToNetwork(sumWords(view, before + cut, bytes.length - cut, first))).toBe(naive(bytes));
    }),
  );
});

test('a running sum stays below 2^17, whatever it starts from', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(0x1ffff), (bytes, start) => {
      const total = sumWords(viewOf(bytes), 0, bytes.length, start);
      expect(total).toBeGreaterThanOrEqual(0);
      expect(total).toBeLessThan(1 << 17);
    }),
  );
});

test('networkWord is the word that sumWords reads from the wire', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), (value) => {
      const bytes = Uint8Array.of(value >> 8, value & 0xff);
      expect(networkWord(value)).toBe(sumWords(viewOf(bytes), 0, 2, 0));
      expect(foldToNetwork(networkWord(value))).toBe(value);
    }),
  );
});
