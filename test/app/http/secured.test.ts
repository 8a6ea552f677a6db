/** HTTP inside TLS when the bytes come cut, late, changed or not at all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { HttpConversation, type HttpSink } from '../../../src/app/http/conversation.ts';
import { type Transaction, statusOf, targetOf } from '../../../src/app/http/message.ts';
import { Secured } from '../../../src/app/http/secured.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import { KeyLog } from '../../../src/app/tls/key-log.ts';
import { Unsealer } from '../../../src/app/tls/unsealer.ts';
import type { Carrier, Side, StreamSink } from '../../../src/stream/segment.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

const https = join(import.meta.dirname, '../../../fixtures/http/https');
const log = new KeyLog();
log.add(readFileSync(`${https}.keys`, 'latin1'));
const unsealer = new Unsealer({ log, rsa: [] });

interface Piece {
  readonly side: Side;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly at: { frame: number; seconds: number; nanoseconds: number };
}

/** Segments of each connection in the order of the stream. */
async function recorded(): Promise<Piece[][]> {
  const all: Piece[][] = [];
  const tap = new StreamTap(() => {
    const pieces: Piece[] = [];
    all.push(pieces);
    const sink: StreamSink = {
      data: (side, bytes, offset, { frame, seconds, nanoseconds }) =>
        pieces.push({ side, bytes: bytes.slice(), offset, at: { frame, seconds, nanoseconds } }),
      gap: () => undefined,
      end: () => undefined,
    };
    return sink;
  }, 'linux');
  await analyze([`${https}.pcap`], { observer: tap });
  tap.finish();
  return all;
}

const connections = await recorded();
const H1 = 1; // TLS 1.2, HTTP/1.1: /index.html, /big.txt, /slow
const H2 = 2; // TLS 1.3, HTTP/2

class Told {
  readonly found: Transaction[] = [];
  readonly conversation: HttpConversation;

  constructor() {
    const sink: HttpSink = {
      closed: (transaction) => void this.found.push(transaction),
      http2: (client, upgraded, events) => new Http2(client, events, upgraded),
      secure: (first) => Secured.open((plain) => unsealer.open(plain), sink, first),
    };
    this.conversation = new HttpConversation(sink);
  }

  take({ side, bytes, offset, at }: Piece, now = at): void {
    const sent: Carrier['sent'] = { size: 'unknown', moment: 'idle', fillsWindow: false };
    const carrier: Carrier = { ...at, start: offset, end: offset + bytes.length, sent };
    this.conversation.data(side, bytes, offset, carrier, now);
  }

  rows(): string[] {
    this.conversation.finish();
    return this.found.map(
      (each) => `${targetOf(each)} ${statusOf(each)} ${each.response?.bodyBytes} ${each.response?.lack ?? ''}`,
    );
  }
}

function rowsOf(pieces: readonly Piece[]): string[] {
  const told = new Told();
  for (const piece of pieces) told.take(piece);
  return told.rows();
}

const whole = [H1, H2].map((i) => rowsOf(connections[i]!));

test('what the recordings hold', () => {
  expect(whole).toEqual([
    ['/index.html 200 706 ', '/big.txt 200 43893 ', '/slow 200 8 '],
    ['/index.html 200 706 ', '/numbers.txt 200 1492 '],
  ]);
});

test('any cut of the segments gives the same transactions', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 1), fc.integer({ min: 1, max: 3000 }), (which, size) => {
      const cut = connections[[H1, H2][which]!]!.flatMap((piece) =>
        Array.from({ length: Math.ceil(piece.bytes.length / size) }, (_, i) => ({
          ...piece,
          bytes: piece.bytes.subarray(i * size, (i + 1) * size),
          offset: piece.offset + i * size,
        })),
      );
      expect(rowsOf(cut)).toEqual(whole[which]);
    }),
    { numRuns: 60 },
  );
});

test('a segment that is missing ends its direction; what came before stands', () => {
  const pieces = connections[H1]!;
  const lost = pieces.findIndex(({ side, bytes }) => side === 1 && bytes.length > 5000);
  const told = new Told();
  for (const [i, piece] of pieces.entries()) {
    if (i !== lost) told.take(piece);
    else told.conversation.gap(piece.side, piece.offset, piece.bytes.length, 'lost', piece.at);
  }
  const [first, second, third] = told.rows();
  expect(first).toBe('/index.html 200 706 ');
  expect(second).toMatch(/^\/big\.txt (200 \d+ gap|null undefined )$/);
  expect(third).toBe('/slow null undefined ');
});

test('seconds for which a record waited are those of its message', () => {
  const pieces = connections[H1]!;
  const late = pieces.findIndex(({ side, bytes }) => side === 1 && bytes.length > 5000);
  const told = new Told();
  for (const [i, piece] of pieces.entries()) {
    // It was there, but a hole before it was filled half a second later.
    const { frame, seconds, nanoseconds } = piece.at;
    const now = { frame: frame + 1, seconds, nanoseconds: nanoseconds + 500_000_000 };
    told.take(piece, i === late ? now : piece.at);
  }
  told.conversation.finish();
  expect(told.found.map(({ response }) => response!.recoverySeconds)).toEqual([0, 0.5, 0]);
});

test('changed bytes never throw, and never come out as content', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(H1, H2),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 5 }),
      (which, changes) => {
        const pieces = connections[which]!.map(({ side, bytes, offset, at }) => {
          return { side, bytes: bytes.slice(), offset, at };
        });
        for (const [place, byte, by] of changes) {
          const { bytes } = pieces[place % pieces.length]!;
          bytes[byte % bytes.length]! ^= by;
        }
        const rows = rowsOf(pieces);
        expect(rows.length).toBeLessThanOrEqual(whole[[H1, H2].indexOf(which)]!.length);
      },
    ),
    { numRuns: 300 },
  );
});
