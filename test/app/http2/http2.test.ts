/** Connections of HTTP/2 byte by byte: frames of RFC 9113 in, transactions out, whatever the cut of the bytes. */
import { describe, expect, test } from 'vitest';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import { type Transaction, methodOf, statusOf, targetOf } from '../../../src/app/http/message.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import type { Side } from '../../../src/stream/segment.ts';
import { frame } from '../../support/http2-frames.ts';

const Type = { data: 0, headers: 1, reset: 3, settings: 4, promise: 5, goAway: 7, window: 8, continuation: 9 } as const;
const END_STREAM = 1;
const END_HEADERS = 4;
const PADDED = 8;
const PRIORITY = 32;

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const PREFACE = bytesOf('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

function number(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** RFC 7541 section 6.2.2: a literal that is not remembered. */
const literal = (index: number, value: string): Buffer =>
  Buffer.concat([Buffer.from([index, value.length]), bytesOf(value)]);
/** `:method GET`, `:scheme http`, a path, an authority. */
const asked = (path: string): Buffer => Buffer.concat([Buffer.from([0x82, 0x86]), literal(4, path), literal(1, 'h')]);
const ok = Buffer.from([0x88]);
const settings = frame(Type.settings, 0, 0);
const request = (stream: number, path: string): Buffer =>
  frame(Type.headers, END_STREAM | END_HEADERS, stream, asked(path));

type Piece = readonly [side: Side, bytes: Uint8Array];

/** Transactions as `stream method path status content lack`, GOAWAY as `side error`. A second passes between pieces. */
function spoken(pieces: readonly Piece[], cut = Infinity): { rows: string[]; found: Transaction[]; away: string[] } {
  const found: Transaction[] = [];
  const away: string[] = [];
  const events = { closed: (transaction: Transaction): void => void found.push(transaction) };
  const conversation = new HttpConversation({
    ...events,
    http2: (client, upgraded, own) =>
      new Http2(client, { ...own, goAway: (side, error) => void away.push(`${side} ${error}`) }, upgraded),
  });
  const offsets: [number, number] = [0, 0];
  for (const [i, [side, bytes]] of pieces.entries()) {
    for (let at = 0; at < bytes.length; at += cut) {
      const piece = bytes.subarray(at, at + cut);
      const start = offsets[side];
      offsets[side] += piece.length;
      const sent = { afterFull: false, flight: 0 } as never;
      const carrier = { frame: i + 1, seconds: i, nanoseconds: 0, start, end: start + piece.length, sent };
      conversation.data(side, piece, start, carrier, carrier);
    }
  }
  conversation.finish();
  const rows = found.map(
    (each) =>
      `${each.stream} ${methodOf(each)} ${targetOf(each)} ${statusOf(each)} ${each.response?.bodyBytes ?? '-'} ${each.resetCode ?? each.response?.lack ?? 'whole'}`,
  );
  return { rows, found, away };
}

const start: readonly Piece[] = [
  [0, Buffer.concat([PREFACE, settings])],
  [1, settings],
];
const padded = (content: string, padding: number): Buffer =>
  Buffer.concat([Buffer.from([padding]), bytesOf(content), Buffer.alloc(padding)]);

const cases: readonly [name: string, pieces: readonly Piece[], rows: readonly string[]][] = [
  [
    'two streams, answered the other way round',
    [
      ...start,
      [0, Buffer.concat([request(1, '/a'), request(3, '/b')])],
      [1, Buffer.concat([frame(Type.headers, END_HEADERS, 3, ok), frame(Type.data, END_STREAM, 3, bytesOf('bbb'))])],
      [1, Buffer.concat([frame(Type.headers, END_HEADERS, 1, ok), frame(Type.data, END_STREAM, 1, bytesOf('a'))])],
    ],
    ['3 GET /b 200 3 whole', '1 GET /a 200 1 whole'],
  ],
  [
    'padding and priority are no content',
    [
      ...start,
      [
        0,
        frame(
          Type.headers,
          END_STREAM | END_HEADERS | PADDED | PRIORITY,
          1,
          Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 9]), asked('/p'), Buffer.alloc(4)]),
        ),
      ],
      [
        1,
        Buffer.concat([
          frame(Type.headers, END_HEADERS, 1, ok),
          frame(Type.data, END_STREAM | PADDED, 1, padded('content', 20)),
        ]),
      ],
    ],
    ['1 GET /p 200 7 whole'],
  ],
  [
    'a header block in three frames',
    [
      ...start,
      [
        0,
        Buffer.concat([
          frame(Type.headers, END_STREAM, 1, asked('/long').subarray(0, 3)),
          frame(Type.continuation, 0, 1, asked('/long').subarray(3, 6)),
          frame(Type.continuation, END_HEADERS, 1, asked('/long').subarray(6)),
        ]),
      ],
      [1, frame(Type.headers, END_STREAM | END_HEADERS, 1, ok)],
    ],
    ['1 GET /long 200 0 whole'],
  ],
  [
    'a stream that the client cancels, and one that the server refuses',
    [
      ...start,
      [0, Buffer.concat([request(1, '/a'), request(3, '/b')])],
      [0, frame(Type.reset, 0, 1, number(8))],
      [1, frame(Type.reset, 0, 3, number(7))],
    ],
    ['1 GET /a null - CANCEL', '3 GET /b null - REFUSED_STREAM'],
  ],
  [
    'an answer that was promised',
    [
      ...start,
      [0, request(1, '/a')],
      [1, frame(Type.promise, END_HEADERS, 1, Buffer.concat([number(2), asked('/pushed')]))],
      [
        1,
        Buffer.concat([
          frame(Type.headers, END_STREAM | END_HEADERS, 1, ok),
          frame(Type.headers, END_HEADERS, 2, ok),
          frame(Type.data, END_STREAM, 2, bytesOf('xy')),
        ]),
      ],
    ],
    ['1 GET /a 200 0 whole', '2 GET /pushed 200 2 whole'],
  ],
  [
    'h2c: the request that asked for HTTP/2 is stream 1',
    [
      [
        0,
        bytesOf(
          'GET /up HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n',
        ),
      ],
      [1, bytesOf('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')],
      [
        1,
        Buffer.concat([
          settings,
          frame(Type.headers, END_HEADERS, 1, ok),
          frame(Type.data, END_STREAM, 1, bytesOf('up')),
        ]),
      ],
      [0, Buffer.concat([PREFACE, settings, request(3, '/next')])],
      [1, frame(Type.headers, END_STREAM | END_HEADERS, 3, ok)],
    ],
    ['null GET /up 101 0 whole', '1 GET /up 200 2 whole', '3 GET /next 200 0 whole'],
  ],
  [
    'a stream without its end',
    [
      ...start,
      [0, request(1, '/a')],
      [1, Buffer.concat([frame(Type.headers, END_HEADERS, 1, ok), frame(Type.data, 0, 1, bytesOf('a'))])],
    ],
    ['1 GET /a 200 1 capture-end'],
  ],
];

describe('transactions', () => {
  test.each(cases)('%s', (_, pieces, rows) => {
    expect(spoken(pieces).rows).toEqual(rows);
  });

  test.each([1, 2, 3, 8, 10])('the same in pieces of %d bytes', (cut) => {
    for (const [name, pieces, rows] of cases) expect(spoken(pieces, cut).rows, name).toEqual(rows);
  });
});

test('GOAWAY names its side and its error', () => {
  const pieces: Piece[] = [
    ...start,
    [1, frame(Type.goAway, 0, 0, number(0, 11))],
    [0, frame(Type.goAway, 0, 0, number(0, 0))],
  ];
  expect(spoken(pieces).away).toEqual(['1 ENHANCE_YOUR_CALM', '0 NO_ERROR']);
});

test('the time in which a window was shut', () => {
  const window = Buffer.concat([Buffer.from([0, 4]), number(4)]);
  const pieces: Piece[] = [
    [0, Buffer.concat([PREFACE, frame(Type.settings, 0, 0, window), request(1, '/a')])],
    [1, Buffer.concat([settings, frame(Type.headers, END_HEADERS, 1, ok), frame(Type.data, 0, 1, bytesOf('full'))])],
    [1, frame(Type.settings, 1, 0)],
    [0, frame(Type.window, 0, 1, number(100))],
    [1, frame(Type.data, END_STREAM, 1, bytesOf('rest'))],
  ];
  const { rows, found } = spoken(pieces);
  expect(rows).toEqual(['1 GET /a 200 8 whole']);
  expect(found[0]!.stalledSeconds).toBe(2);
});

test('changed bytes never throw', () => {
  for (const [, pieces] of cases) {
    for (const [which, [side, bytes]] of pieces.entries()) {
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= 0xff;
        const others = pieces.with(which, [side, changed]);
        expect(() => spoken(others)).not.toThrow();
      }
    }
  }
});
