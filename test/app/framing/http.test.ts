/** HTTP and WebSocket as framings. */
import { expect, test } from 'vitest';
import { readFraming } from '../../../src/app/framing/spec.ts';
import type { Side } from '../../../src/stream/segment.ts';

/** What is told of bytes, given by side, each cut into pieces of `size`. */
function told(spec: string, steps: readonly (readonly [Side, string])[], size = Infinity): string[] {
  const found: string[] = [];
  const conversation = readFraming(spec).open({
    message: (side, start, end, fields) =>
      void found.push(`${side} ${start}-${end} ${Object.values(fields).join(' ')}`),
    problem: (side, start, end, problem) => void found.push(`${side} ${start}-${end} ${problem}`),
  });
  const offsets: [number, number] = [0, 0];
  for (const [side, text] of steps) {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; at += size) {
      const piece = bytes.subarray(at, Math.min(bytes.length, at + size));
      conversation.push(side, piece, offsets[side]);
      offsets[side] += piece.length;
    }
  }
  const pending = ([0, 1] as const).map((side) => conversation.pending(side));
  if (pending.some((start) => start !== null)) found.push(`pending ${pending.join(' ')}`);
  for (const side of [0, 1] as const) conversation.end(side);
  return found;
}

const get = 'GET /a HTTP/1.1\r\nHost: b\r\n\r\n';
const upgrade: readonly (readonly [Side, string])[] = [
  [0, 'GET /w HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\n\r\n'],
  [1, 'HTTP/1.1 101 Fine\r\nUpgrade: websocket\r\n\r\n'],
];

test.each([Infinity, 7, 1])('http, in pieces of %d', (size) => {
  const steps = [
    [0, `HEAD /a HTTP/1.1\r\nHost: b\r\n\r\n`],
    [1, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    [0, get + get],
    [1, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    [1, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n'],
  ] as const;
  expect(told('http', steps, size)).toEqual([
    '0 0-29 HEAD /a',
    '1 0-38 200',
    '0 29-57 GET /a',
    '0 57-85 GET /a',
    '1 38-78 200',
    'pending  78',
    '1 78-128 corrupted',
  ]);
});

test.each([Infinity, 1])('websocket, in pieces of %d', (size) => {
  const steps = [
    ...upgrade,
    [1, '\u0081\u0002hi\u0089\u0000'],
    [0, '\u0081\u0083\u0000\u0000\u0000\u0000abc\u0081'],
  ] as const;
  const [ask, yes] = upgrade.map(([, text]) => text.length) as [number, number];
  expect(told('websocket', steps, size)).toEqual([
    `1 ${yes}-${yes + 4} 1 2 1`,
    `1 ${yes + 4}-${yes + 6} 9 0 1`,
    `0 ${ask}-${ask + 9} 1 3 1`,
    `pending ${ask + 9} `,
  ]);
});

test('what is neither says nothing', () => {
  expect(told('http', [[0, '\u0016\u0003\u0001\u0000\u0000']])).toEqual([]);
  expect(
    told('websocket', [
      [0, get],
      [1, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ]),
  ).toEqual([]);
});
