/** Framings that nobody gave: named where the bytes show them, and not where they do not. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { infer } from '../../../src/app/infer/infer.ts';
import type { Side } from '../../../src/stream/segment.ts';
import { type Write, spoken } from './spoken.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** Bytes that look drawn at random, the same in every run. */
function noise(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const words = 'order price quote seat train hotel night table river stone'.split(' ');

/** Questions and answers of several words each, as text. */
function texts(seed: number, count: number, longest: number): string[] {
  const random = noise(seed);
  return Array.from({ length: count }, (_, i) => {
    const length = 1 + Math.floor(random() * longest);
    return `${i} ${Array.from({ length }, () => words[Math.floor(random() * words.length)]!).join(' ')}`;
  });
}

function field(value: number, size: number, endian: 'big' | 'little' = 'big'): string {
  const bytes = Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256);
  return String.fromCharCode(...(endian === 'big' ? bytes : bytes.toReversed()));
}

function varint(value: number): string {
  return value < 128 ? field(value, 1) : field((value % 128) + 128, 1) + varint(Math.floor(value / 128));
}

/** How a program writes a message. */
const encoders: Readonly<Record<string, (text: string, i: number) => string>> = {
  line: (text) => `${text}\r\n`,
  'delimiter:\\0': (text) => `${text}\0`,
  'delimiter:$_': (text) => `${text}$_`,
  'delimiter:\\r\\n\\r\\n': (text) => `${text.replaceAll(' ', '\r\n')}\r\n\r\n`,
  'fixed:24': (text, i) => `#${String(i).padStart(4, '0')} ${text.slice(0, 17).padEnd(17)}\0`,
  'length:size=4': (text) => field(text.length, 4) + text,
  'length:size=2': (text) => field(text.length, 2) + text,
  'length:size=4,adjust=-4': (text) => field(text.length + 4, 4) + text,
  'length:size=4,endian=little': (text) => field(text.length, 4, 'little') + text,
  'length:size=2,offset=3': (text, i) => `\x7e${field(i % 5, 2)}${field(text.length, 2)}${text}`,
  'length:size=4,offset=2,adjust=2': (text) => `\xca\xfe${field(text.length, 4)}${text}\x12\x34`,
  varint32: (text) => varint(text.length) + text,
  json: (text, i) => JSON.stringify({ id: i, text }),
};

/** Asks and answers in turn, or all that one side has to say at once in segments of `segment` bytes. */
function exchange(encode: (text: string, i: number) => string, seed: number, count: number): Write[] {
  return texts(seed, count, 40).map((text, i) => ({ side: (i % 2) as Side, bytes: latin1(encode(text, i)) }));
}

function coalesced(encode: (text: string, i: number) => string, seed: number, count: number): Write[] {
  const random = noise(seed);
  const writes: Write[] = [];
  const all = texts(seed, count, 40).map(encode);
  for (let at = 0; at < all.length;) {
    const take = 1 + Math.floor(random() * 5);
    const bytes = latin1(all.slice(at, at + take).join(''));
    for (let from = 0; from < bytes.length; from += 536) {
      const piece = bytes.subarray(from, from + 536);
      writes.push({ side: 0, bytes: piece, isFull: piece.length === 536 });
    }
    at += take;
  }
  return writes;
}

const specOf = (found: ReturnType<typeof infer>): string => (typeof found === 'string' ? `(${found})` : found.spec);

describe.each(Object.entries(encoders))('%s', (spec, encode) => {
  test.each([1, 2, 3])('questions and answers, %i', (seed) => {
    expect(specOf(infer([spoken(exchange(encode, seed, 12))]))).toBe(spec);
  });

  test('several messages a segment, one side only', () => {
    expect(specOf(infer([spoken(coalesced(encode, 7, 60))]))).toBe(spec);
  });

  test('one question and one answer each, over many connections', () => {
    const connections = Array.from({ length: 12 }, (_, i) => spoken(exchange(encode, 100 + i, 2)));
    expect(specOf(infer(connections))).toBe(spec);
  });
});

describe('nothing is named', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 1500, size: 'max' });
  const side = fc.constantFrom<Side>(0, 1);
  const write = fc.record({ side, bytes, isFull: fc.boolean() });

  test('for random bytes', () => {
    fc.assert(
      fc.property(fc.array(write, { minLength: 1, maxLength: 40 }), (writes) => {
        expect(infer([spoken(writes)])).toMatch(/^(no-fit|too-little)$/);
      }),
      { numRuns: 150 },
    );
  });

  test('for random bytes in blocks of one length', () => {
    const story = fc.tuple(fc.integer({ min: 2, max: 64 }), fc.integer({ min: 4, max: 60 }), fc.nat());
    fc.assert(
      fc.property(story, ([length, count, seed]) => {
        const random = noise(seed);
        const writes = Array.from({ length: count }, (_, i) => ({
          side: (i % 2) as Side,
          bytes: Uint8Array.from({ length }, () => Math.floor(random() * 256)),
        }));
        expect(infer([spoken(writes)])).toMatch(/^(no-fit|too-little)$/);
      }),
      { numRuns: 150 },
    );
  });

  test('for nothing, one byte, zeros, one letter', () => {
    expect(infer([spoken([])])).toBe('no-bytes');
    expect(infer([spoken([{ side: 0, bytes: Uint8Array.of(1) }])])).toBe('too-little');
    for (const value of [0, 65, 255]) {
      const writes = Array.from({ length: 20 }, (_, i) => ({
        side: (i % 2) as Side,
        bytes: new Uint8Array(10 + 7 * i).fill(value),
      }));
      expect(infer([spoken(writes)]), String(value)).toBe('no-fit');
    }
  });

  test('for keys typed one by one, and a text without any end of line', () => {
    const keys = [...'ls -l /tmp; cat notes.txt'].map((key) => ({ side: 0 as const, bytes: latin1(key) }));
    expect(infer([spoken(keys)])).toMatch(/^(no-fit|too-little)$/);
    const text = texts(5, 20, 30).map((each) => ({ side: 0 as const, bytes: latin1(each) }));
    expect(infer([spoken(text)])).toBe('no-fit');
  });

  test('for what is told to be a protocol of its own', () => {
    expect(infer([spoken(exchange(encoders['line']!, 1, 12))], true)).toBe('protocol');
  });
});

describe('TLS', () => {
  const random = noise(99);
  const record = (type: number, length: number): Uint8Array =>
    Uint8Array.of(type, 3, 3, length >> 8, length & 255, ...Array.from({ length }, () => Math.floor(random() * 256)));
  const records = [record(22, 200), record(22, 900), record(20, 1), record(23, 300), record(23, 1200), record(23, 40)];

  test('records are named', () => {
    const writes = records.map((bytes, i) => ({ side: (i % 2) as Side, bytes }));
    expect(specOf(infer([spoken(writes)]))).toBe('tls');
  });

  test('application data without their headers are not, nor records that begin in the middle', () => {
    const writes = records.map((bytes, i) => ({ side: (i % 2) as Side, bytes: bytes.subarray(5) }));
    expect(infer([spoken(writes)])).toBe('no-fit');
    const cut = records.map((bytes, i) => ({ side: (i % 2) as Side, bytes: i < 2 ? bytes.subarray(77) : bytes }));
    expect(infer([spoken(cut)])).toBe('no-fit');
  });
});

test('a side that speaks otherwise is said to', () => {
  const random = noise(4);
  const writes = texts(4, 40, 20).map((text, i): Write => {
    const body = Uint8Array.from({ length: 20 + Math.floor(random() * 200) }, () => Math.floor(random() * 256));
    return i % 2 === 0 ? { side: 0, bytes: latin1(`${text}\n`) } : { side: 1, bytes: body };
  });
  const found = infer([spoken(writes)]);
  expect(found).toMatchObject({ spec: 'line', sides: [0] });
});
