/** WebSocket byte by byte: frames of RFC 6455 in, messages out, whatever the cut of the bytes and whatever they are. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateRawSync } from 'node:zlib';
import { array, assert, constantFrom, infiniteStream, integer, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WebSocketMessage } from '../../../src/app/websocket/websocket.ts';
import { Budget } from '../../../src/stream/budget.ts';
import { type Heard, type Said, frame, lines, masked, talk, talking, upgrade } from './talk.ts';

const DEFLATE = 'permessage-deflate';
/** RFC 7692 section 7.2.1: without the empty block at its end. */
const deflated = (text: string): Buffer => {
  const bytes = deflateRawSync(Buffer.from(text), { finishFlush: 2 });
  return bytes.subarray(0, bytes.length - 4);
};
const code = (value: number, reason = ''): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return Buffer.concat([bytes, Buffer.from(reason)]);
};
const long = 'x'.repeat(300);

type Row = readonly [what: string, said: readonly Said[], found: readonly string[]];

const rows: readonly Row[] = [
  [
    'text both ways',
    [
      [0, masked(1, 'hello')],
      [1, frame(1, 'world')],
    ],
    ['> text 5 B "hello"', '< text 5 B "world"'],
  ],
  [
    'nothing in it',
    [
      [0, masked(1)],
      [1, frame(2)],
    ],
    ['> text 0 B', '< binary 0 B'],
  ],
  ['a length of two bytes', [[0, masked(2, long)]], ['> binary 300 B']],
  ['a length of eight bytes', [[1, frame(2, 'y'.repeat(70_000))]], ['< binary 70000 B']],
  [
    'several in a segment',
    [[0, Buffer.concat([masked(1, 'a'), masked(1, 'b'), masked(9, 'p')])]],
    ['> text 1 B "a"', '> text 1 B "b"', '> ping 1 B'],
  ],
  [
    'in fragments, with a ping between them',
    [
      [0, masked(1, 'he', { fin: false })],
      [0, Buffer.concat([masked(9, 'p'), masked(0, 'l', { fin: false })])],
      [1, frame(10, 'p')],
      [0, masked(0, 'lo')],
    ],
    ['> ping 1 B', '< pong 1 B', '> text in 3 5 B "hello"'],
  ],
  [
    'a character in two fragments',
    [[0, Buffer.concat([masked(1, Buffer.from([0xc3]), { fin: false }), masked(0, Buffer.from([0xa9]))])]],
    ['> text in 2 2 B "é"'],
  ],
  [
    'a close with a reason, and its echo',
    [
      [0, masked(8, code(1000, 'bye'))],
      [1, frame(8, code(1000))],
    ],
    ['> close 5 B 1000 "bye"', '< close 2 B 1000'],
  ],
  ['a close without a code', [[1, frame(8)]], ['< close 0 B']],
  ['a client without a mask', [[0, frame(1, 'a')]], ['> text 1 B "a" [mask-missing]']],
  ['a server with a mask', [[1, masked(1, 'a')]], ['< text 1 B "a" [mask-unexpected]']],
  [
    'reserved bits',
    [
      [1, frame(1, 'a', { rsv: 1 })],
      [1, frame(1, 'a', { rsv: 4 })],
    ],
    ['< text 1 B "a" [reserved-bits]', '< text 1 B "a" [reserved-bits]'],
  ],
  [
    'opcodes of nothing',
    [
      [1, frame(3, 'a')],
      [1, frame(11, 'a')],
    ],
    ['< reserved 1 B [reserved-opcode]', '< reserved 1 B [reserved-opcode]'],
  ],
  ['a ping in fragments', [[1, frame(9, 'a', { fin: false })]], ['< ping 1 B [control-fragmented]']],
  ['a ping that is too long', [[1, frame(9, 'p'.repeat(126))]], ['< ping 126 B [control-too-long]']],
  ['a ping of the greatest length', [[1, frame(9, 'p'.repeat(125))]], ['< ping 125 B']],
  ['a continuation of nothing', [[1, frame(0, 'a')]], ['< binary 1 B [continuation-unexpected]']],
  [
    'a new message in an unfinished one',
    [
      [1, frame(1, 'a', { fin: false })],
      [1, frame(1, 'b')],
    ],
    ['< text 1 B "b" [continuation-missing]'],
  ],
  [
    'a text is cut between characters',
    [[1, frame(1, `${'a'.repeat(199)}\u{1f600}`)]],
    [`< text 203 B "${'a'.repeat(199)}"`],
  ],
  ['no UTF-8', [[1, frame(1, Buffer.from([0x61, 0xff]))]], ['< text 2 B "a\uFFFD" [text-not-utf8]']],
  [
    'close codes that must not be sent',
    [
      [1, frame(8, Buffer.from([3]))],
      [1, frame(8, code(1006))],
      [1, frame(8, code(999))],
      [1, frame(8, code(5000))],
      [1, frame(8, code(2999))],
    ],
    [
      '< close 1 B [close-code-invalid]',
      '< close 2 B 1006 [close-code-invalid]',
      '< close 2 B 999 [close-code-invalid]',
      '< close 2 B 5000 [close-code-invalid]',
      '< close 2 B 2999 [close-code-invalid]',
    ],
  ],
  [
    'close codes of applications',
    [
      [1, frame(8, code(3000))],
      [0, masked(8, code(4999))],
    ],
    ['< close 2 B 3000', '> close 2 B 4999'],
  ],
  [
    'data behind a close, a pong behind it',
    [
      [0, masked(8)],
      [0, masked(1, 'a')],
      [0, masked(10, 'a')],
    ],
    ['> close 0 B', '> text 1 B "a" [after-close]', '> pong 1 B'],
  ],
  [
    'what is inside a gap is not known, what follows is',
    [
      [1, frame(2, long).subarray(0, 100)],
      [1, 150],
      [1, frame(2, long).subarray(250)],
      [1, frame(1, 'b')],
    ],
    ['< binary 300 B as ? [gap]', '< text 1 B "b"'],
  ],
  [
    'a gap up to the end of a frame',
    [
      [1, frame(2, long).subarray(0, 100)],
      [1, 204],
      [1, frame(1, 'b')],
    ],
    ['< binary 300 B as ? [gap]', '< text 1 B "b"'],
  ],
  [
    'a gap beyond the end of a frame',
    [
      [1, frame(2, long).subarray(0, 100)],
      [1, 205],
      [1, frame(1, 'b')],
    ],
    [],
  ],
];

const compressed: readonly Row[] = [
  [
    'one message',
    [[0, masked(1, deflated(long), { rsv: 4 })]],
    [`> text ${deflated(long).length} B as 300 "${'x'.repeat(200)}"`],
  ],
  [
    'in fragments',
    [
      [1, frame(1, deflated('hello').subarray(0, 3), { rsv: 4, fin: false })],
      [1, frame(0, deflated('hello').subarray(3))],
    ],
    ['< text in 2 7 B as 5 "hello"'],
  ],
  ['one that is not compressed', [[1, frame(1, 'plain')]], ['< text 5 B "plain"']],
  ['damaged', [[1, frame(1, Buffer.from([0xff, 0xff]), { rsv: 4 })]], ['< text 2 B as ? [inflate-failed]']],
  ['a control frame cannot be', [[1, frame(9, 'a', { rsv: 4 })]], ['< ping 1 B [reserved-bits]']],
];

const start = (said: readonly Said[], extensions = ''): Said[] => [...upgrade(extensions), ...said];

describe('messages', () => {
  test.each(rows)('%s', (_, said, found) => {
    expect(lines(talk(start(said)).messages)).toEqual(found);
  });

  test.each(compressed)('compressed: %s', (_, said, found) => {
    expect(lines(talk(start(said, DEFLATE)).messages)).toEqual(found);
  });
});

const all = [...rows.map(([, said]) => start(said)), ...compressed.map(([, said]) => start(said, DEFLATE))];

/** All but what depends on the captured frames. */
const facts = (messages: readonly WebSocketMessage[]): unknown[] =>
  messages.map(({ first: _first, last: _last, rttSeconds, segments: _segments, sticky: _sticky, ...rest }) => ({
    ...rest,
    isAnswer: rttSeconds !== null,
  }));

/** First and last frame, segments and stickiness of each message, from where its bytes were. Fragments may have others between them. */
function expectPlaces({ messages, carried }: Heard): void {
  for (const each of messages) {
    const own = carried.filter(
      ({ side, start: from, end }) => side === each.side && from < each.end && end > each.start,
    );
    expect([each.first.frame, each.last.frame]).toEqual([own[0]!.frame, own.at(-1)!.frame]);
    if (each.fragments > 1) continue;
    expect(each.segments).toBe(own.length);
    expect(each.sticky).toBe(own[0]!.start < each.start || own.at(-1)!.end > each.end);
  }
}

const isWhole = (said: readonly Said[]): boolean => said.every(([, what]) => typeof what !== 'number');

test('any cut of the bytes gives the same messages, each where its bytes were', () => {
  const cuts = infiniteStream(integer({ min: 1, max: 20 }));
  assert(
    property(constantFrom(...all), cuts, (said, sizes) => {
      const heard = talk(said, () => sizes.next().value as number);
      expect(facts(heard.messages)).toEqual(facts(talk(said).messages));
      if (isWhole(said)) expectPlaces(heard);
    }),
    { numRuns: 300 },
  );
  for (const said of all) {
    const heard = talk(said, () => 1);
    expect(facts(heard.messages)).toEqual(facts(talk(said).messages));
    if (isWhole(said)) expectPlaces(heard);
  }
});

test('changed bytes never throw, and what is told stays within what was said', () => {
  const change = record({ piece: nat(20), at: nat(400), value: nat(255) });
  const cuts = infiniteStream(integer({ min: 1, max: 60 }));
  assert(
    property(constantFrom(...all), array(change, { minLength: 1, maxLength: 4 }), cuts, (said, changes, sizes) => {
      const changed = said.map(([side, what]): Said => [side, typeof what === 'number' ? what : Buffer.from(what)]);
      for (const { piece, at, value } of changes) {
        // Behind the handshake.
        const [, what] = changed[2 + (piece % (changed.length - 2))]!;
        if (typeof what !== 'number') what[at % what.length] = value;
      }
      const heard = talk(changed, () => sizes.next().value as number);
      expect(facts(heard.messages)).toEqual(facts(talk(changed).messages));
      const bytes = changed.reduce((sum, [, what]) => sum + (typeof what === 'number' ? what : what.length), 0);
      for (const { payloadBytes, start: from, end } of heard.messages) {
        expect(payloadBytes).toBeLessThanOrEqual(end - from);
        expect(end).toBeLessThanOrEqual(bytes);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  /** Bytes that `make` leaves behind while its result is held. */
  function kept(make: () => unknown): number {
    const held: unknown[] = [make()];
    collect();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    held.length = 0;
    collect();
    const after = process.memoryUsage();
    return heapUsed + arrayBuffers - after.heapUsed - after.arrayBuffers;
  }
  const MB = 1024 * 1024;

  test('of a long text only its beginning is kept', () => {
    const texts = Array.from({ length: 40 }, (): Said => [1, frame(1, 'long text '.repeat(100_000))]);
    expect(kept(() => talk(start(texts)).messages)).toBeLessThan(MB);
  });

  test('a message that comes byte by byte costs little more than its bytes', () => {
    const unfinished = frame(1, 'a'.repeat(300_000)).subarray(0, 200_000);
    expect(kept(() => talking(start([[1, unfinished]]), () => 1).conversation)).toBeLessThan(2 * MB);
  });

  test('payload of messages in the making is bounded for a run', () => {
    const budget = new Budget(3 * MB);
    const unfinished = frame(1, 'a'.repeat(1_000_000)).subarray(0, 999_000);
    const sockets = Array.from({ length: 20 }, () => talking(start([[1, unfinished]]), undefined, budget));
    expect(budget).toMatchObject({ limitReached: true });
    expect(budget.peak).toBeLessThanOrEqual(3 * MB);
    for (const { conversation } of sockets) conversation.finish();
    expect(budget.used).toBe(0);
  });

  test('a message that found no room is told without its content', () => {
    const budget = new Budget(1000);
    const { messages } = talk(
      start([
        [1, frame(1, 'a'.repeat(2000))],
        [1, frame(1, 'b')],
      ]),
      undefined,
      budget,
    );
    expect(lines(messages)).toEqual(['< text 2000 B', '< text 1 B "b"']);
    expect(budget).toMatchObject({ used: 0, limitReached: true });
  });

  test('close frames without end are counted, not kept', () => {
    const closes = Buffer.concat(Array.from({ length: 50_000 }, () => frame(8)));
    expect(talk(start([[1, closes]])).socket!.closes.length).toBeLessThan(10);
  });
});
