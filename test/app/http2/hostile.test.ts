/** HTTP/2 whose bytes lie: any cut gives the same, nothing throws, time and memory follow what was sent. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import type { Transaction } from '../../../src/app/http/message.ts';
import { Hpack } from '../../../src/app/http2/hpack.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import { MAX_HPACK_TABLE } from '../../../src/app/limits.ts';
import type { Side } from '../../../src/stream/segment.ts';
import { frame } from '../../support/http2-frames.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const Type = { data: 0, headers: 1, reset: 3, settings: 4, promise: 5, goAway: 7, window: 8, continuation: 9 } as const;
const END_HEADERS = 4;

type Piece = readonly [side: Side, bytes: Uint8Array];

/** Pushes pieces, cut as wished, each cut in a captured frame of its own; frames by stream offset of each side. */
function read(pieces: readonly Piece[], cut: (length: number) => number = (length) => length) {
  const found: Transaction[] = [];
  const frames: [number[], number[]] = [[], []];
  const told: string[] = [];
  const conversation = new HttpConversation({
    closed: (transaction) => void found.push(transaction),
    http2: (client, upgraded, own) =>
      new Http2(client, { ...own, goAway: (side, error) => void told.push(`${side} ${error}`) }, upgraded),
  });
  let number = 0;
  for (const [side, bytes] of pieces) {
    for (let from = 0; from < bytes.length;) {
      const to = Math.min(bytes.length, from + Math.max(1, cut(bytes.length - from)));
      const at = { frame: ++number, seconds: number, nanoseconds: 0 };
      const own = bytes.slice(from, to);
      conversation.push(side, {
        bytes: own,
        start: 0,
        end: own.length,
        offset: frames[side].length,
        sent: at,
        now: at,
      });
      for (let i = from; i < to; i++) frames[side].push(number);
      from = to;
    }
  }
  conversation.finish();
  return { found, frames, told };
}

/** All that does not depend on where the bytes were cut. */
const facts = ({ found, told }: ReturnType<typeof read>): unknown[] => [
  told,
  found.map(({ request, response, interim, stalledSeconds, ...rest }) => ({
    ...rest,
    interim: interim.map(({ status }) => status),
    stalled: stalledSeconds > 0,
    messages: [request, response].map(
      (message) =>
        message && [message.start, message.end, message.list, message.bodyBytes, message.lack, message.head.line],
    ),
  })),
];

const text = (each: string): Buffer => Buffer.concat([Buffer.of(Buffer.from(each).length), Buffer.from(each)]);
/** RFC 7541: an indexed field, a literal that is remembered, one that is not. */
const field = fc.oneof(
  fc.integer({ min: 0x81, max: 0xc0 }).map((byte) => Buffer.of(byte)),
  fc
    .tuple(fc.constantFrom(0x00, 0x40, 0x44, 0x04), fc.string({ maxLength: 5 }), fc.string({ maxLength: 20 }))
    .map(([first, name, value]) => {
      return Buffer.concat([Buffer.of(first), (first & 0x3f) === 0 ? text(name) : Buffer.alloc(0), text(value)]);
    }),
);
const block = fc.array(field, { maxLength: 6 }).map((fields) => Buffer.concat(fields));
const flags = fc.constantFrom(0, 1, END_HEADERS, 5, 8 | END_HEADERS, 32 | 5);
const stream = fc.integer({ min: 0, max: 6 });
const anyFrame = fc.oneof(
  fc.tuple(flags, stream, block).map(([bits, id, fields]) => frame(Type.headers, bits, id, fields)),
  fc
    .tuple(flags, stream, fc.uint8Array({ maxLength: 30 }))
    .map(([bits, id, bytes]) => frame(Type.data, bits, id, bytes)),
  fc
    .tuple(fc.integer({ min: 2, max: 11 }), flags, stream, fc.uint8Array({ maxLength: 14 }))
    .map(([type, bits, id, bytes]) => frame(type, bits, id, bytes)),
);
const opening: readonly Piece[] = [
  [0, PREFACE],
  [0, frame(Type.settings, 0, 0)],
  [1, frame(Type.settings, 0, 0)],
];
const said: fc.Arbitrary<Piece[]> = fc
  .array(fc.tuple(fc.constantFrom<Side>(0, 1), anyFrame), { maxLength: 25 })
  .map((frames) => opening.concat(frames));
const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 30 }));

test('any cut of any frames gives the same transactions, each where its bytes were', () => {
  fc.assert(
    fc.property(said, cuts, (pieces, sizes) => {
      const cut = read(pieces, () => sizes.next().value as number);
      expect(facts(cut)).toEqual(facts(read(pieces)));
      for (const { request, response } of cut.found) {
        for (const message of [request, response]) {
          // A stream that was promised begins with a frame of another side than the one that would have asked.
          if (message !== null) expect(message.first.frame).toBe(cut.frames[message.side][message.start]);
        }
      }
    }),
    { numRuns: 1000 },
  );
});

test('changed bytes never throw, and any cut of them gives the same', () => {
  const change = fc.record({ piece: fc.nat(30), at: fc.nat(60), value: fc.nat(255) });
  fc.assert(
    fc.property(said, fc.array(change, { minLength: 1, maxLength: 5 }), cuts, (pieces, changes, sizes) => {
      const changed = pieces.map(([side, bytes]): Piece => [side, bytes.slice()]);
      for (const { piece, at, value } of changes) {
        const [, bytes] = changed[piece % changed.length]!;
        bytes[at % bytes.length] = value;
      }
      const whole = read(changed);
      expect(facts(read(changed, () => sizes.next().value as number))).toEqual(facts(whole));
      const bytes = changed.reduce((sum, [, each]) => sum + each.length, 0);
      const bodies = whole.found.map(({ request, response }) => (request?.bodyBytes ?? 0) + (response?.bodyBytes ?? 0));
      expect(bodies.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(bytes);
    }),
    { numRuns: 1000 },
  );
});

test('any bytes as a header block', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), (blocks) => {
      const hpack = new Hpack();
      for (const each of blocks) {
        const fields = hpack.decode(each);
        expect(fields === null || fields.length <= each.length).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

/** Milliseconds for a megabyte of `part`, behind an opening. */
function costOf(before: readonly Piece[], part: readonly Piece[]): number {
  const size = part.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  const joined = Array.from({ length: Math.ceil(1_000_000 / size) }, () => part).flat();
  const start = performance.now();
  read([[0, PREFACE], ...before, ...joined]);
  return performance.now() - start;
}
const number = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
};
const setting = (id: number, value: number): Buffer => Buffer.concat([Buffer.of(0, id), number(value)]);

describe('what costs little to send costs little to read', () => {
  /** As many streams as may be open, each asked for. */
  const streams: Piece[] = Array.from({ length: 4096 }, (_, i): Piece => [0, frame(1, 5, 2 * i + 1, Buffer.of(0x82))]);
  const LEAST = 2000;

  test('fields without anything in them, remembered', () => {
    const hpack = new Hpack();
    hpack.decode(Uint8Array.of(0x3f, 0xe1, 0xff, 0x3f));
    const fields = new Uint8Array(3 * (MAX_HPACK_TABLE / 32)).map((_, i) => (i % 3 === 0 ? 0x40 : 0));
    const before = performance.now();
    for (let i = 0; i < 3; i++) expect(hpack.decode(fields)).not.toBeNull();
    expect(performance.now() - before).toBeLessThan(LEAST);
  });

  test('a window that changes for all streams', () => {
    const part: Piece[] = [[1, frame(Type.settings, 0, 0, setting(4, 1))]];
    costOf([], part);
    expect(costOf(streams, part)).toBeLessThan(3 * costOf([], part));
  });

  test('a window of the connection that opens and shuts', () => {
    const answers = streams.map((_, i): Piece => [
      1,
      Buffer.concat([frame(1, 4, 2 * i + 1, Buffer.of(0x88)), frame(0, 0, 2 * i + 1, Buffer.alloc(16))]),
    ]);
    const shut: Piece[] = [[0, frame(Type.settings, 0, 0, setting(4, 1))], ...streams, ...answers];
    const part: Piece[] = [
      [0, frame(Type.window, 0, 0, number(1))],
      [1, frame(0, 0, 1, Buffer.of(1))],
    ];
    expect(costOf(shut, part)).toBeLessThan(LEAST);
  });

  test('streams that are reset', () => {
    const part: Piece[] = [
      [0, frame(1, 5, 1, Buffer.of(0x82))],
      [0, frame(Type.reset, 0, 1, number(8))],
    ];
    expect(costOf([], part)).toBeLessThan(LEAST);
  });
});
