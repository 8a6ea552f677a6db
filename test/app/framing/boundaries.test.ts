/** Messages beside segments: classes and causes. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Boundaries, type Message } from '../../../src/app/framing/boundaries.ts';
import { ConnectionMessages, Room } from '../../../src/app/framing/gathered.ts';
import { readFraming } from '../../../src/app/framing/spec.ts';
import { MAX_MESSAGE_SEGMENTS } from '../../../src/app/limits.ts';
import type { Circumstances } from '../../../src/stream/sending.ts';

const small: Circumstances = { size: 'small', moment: 'idle', fillsWindow: false };

/** A segment with these bytes; or a gap of so many. */
type Piece =
  string | number | { readonly data: string; readonly sent?: Partial<Circumstances>; readonly resent?: number };

function gather(spec: string, pieces: readonly Piece[]): ConnectionMessages {
  const gathered = new ConnectionMessages(spec, new Room());
  const boundaries = new Boundaries(readFraming(spec).open, gathered);
  let offset = 0;
  pieces.forEach((piece, i) => {
    const now = { frame: i + 1, seconds: i, nanoseconds: 0 };
    if (typeof piece === 'number') {
      boundaries.gap(0, offset, piece, 'lost', now);
      offset += piece;
      return;
    }
    const { data, sent = {}, resent = 0 } = typeof piece === 'string' ? { data: piece } : piece;
    const bytes = Buffer.from(data, 'latin1');
    const carrier = { ...now, start: offset - resent, end: offset + bytes.length, sent: { ...small, ...sent } };
    boundaries.data(0, bytes, offset, carrier, now);
    offset += bytes.length;
  });
  boundaries.end(0);
  return gathered;
}

const row = ({ index, start, end, class: name, frames }: Message): string =>
  `#${index} ${start}-${end} ${name} in ${frames.join()}`;
const rows = (spec: string, pieces: readonly Piece[]): string[] => gather(spec, pieces).messages.map(row);

describe('classes', () => {
  test.each<[string, Piece[], string[]]>([
    ['line', ['a\n', 'b\n'], ['#0 0-2 whole in 1', '#1 2-4 whole in 2']],
    ['line', ['a\nb\n'], ['#0 0-2 sticky in 1', '#1 2-4 sticky in 1']],
    ['line', ['a', 'b\n'], ['#0 0-3 split in 1,2']],
    ['line', ['a\nb', 'c\n'], ['#0 0-2 sticky in 1', '#1 2-5 sticky+split in 1,2']],
    ['line', ['a', '\nb\n', 'c\n'], ['#0 0-2 sticky+split in 1,2', '#1 2-4 sticky in 2', '#2 4-6 whole in 3']],
    ['line', ['a\nrest'], ['#0 0-2 sticky in 1']],
    ['fixed:2', ['ab', 'c', 'd'], ['#0 0-2 whole in 1', '#1 2-4 split in 2,3']],
    // White space between values belongs to none.
    ['json', ['{}\n', '{}\n'], ['#0 0-2 whole in 1', '#1 3-5 whole in 2']],
    ['fixed:4', ['ab', 1, 'cd'], ['#0 0-4 sticky+split in 1,3']],
    // A delimiter that is known to be whole when the stream ends.
    ['delimiter:END|E', ['aE'], ['#0 0-2 whole in 1']],
  ])('%s: %j', (spec, pieces, expected) => {
    expect(rows(spec, pieces)).toEqual(expected);
  });

  test('a book example: one and a half messages', () => {
    expect(rows('line', ['this is the first msg\nthis is', ' the second msg\n'])).toEqual([
      '#0 0-22 sticky in 1',
      '#1 22-45 sticky+split in 1,2',
    ]);
  });
});

describe('causes', () => {
  test.each<[cause: string | null, Piece[]]>([
    [null, ['a\n']],
    ['pipelined', ['a\nb\n']],
    ['coalesced', [{ data: 'a\nb\n', sent: { moment: 'after-ack' } }]],
    ['pipelined', [{ data: 'a\nb\n', sent: { moment: 'after-ack', size: 'full' } }]],
    ['super-segment', [{ data: 'a\nb\n', sent: { size: 'super' } }]],
    ['resent', [{ data: 'a\nb\n', resent: 5 }]],
    ['written-apart', ['a', '\n']],
    ['mss', [{ data: 'a', sent: { size: 'full' } }, '\n']],
    ['window', [{ data: 'a', sent: { size: 'full', fillsWindow: true } }, '\n']],
    ['super-segment', [{ data: 'a', sent: { size: 'super' } }, '\n']],
    ['unknown', [{ data: 'a', sent: { size: 'unknown' } }, '\n']],
  ])('%s: %j', (cause, pieces) => {
    expect(gather('line', pieces).messages[0]!.cause).toBe(cause);
  });
});

test('histograms and what is incomplete', () => {
  const { segmentsPerMessage, messagesPerSegment, incomplete } = gather('line', ['a\nb\nc', 'd', 'e\nf', 'g']);
  expect([...segmentsPerMessage]).toEqual([
    [1, 2],
    [3, 1],
  ]);
  // The last segment has a part of a message that never ends.
  expect([...messagesPerSegment].toSorted((a, b) => a[0] - b[0])).toEqual([
    [0, 1],
    [1, 2],
    [3, 1],
  ]);
  expect(incomplete).toEqual([{ side: 0, start: 8 }]);
});

test('a message of many segments costs no more than its limit', () => {
  const pieces = [...Array.from({ length: 3 * MAX_MESSAGE_SEGMENTS }, () => 'x'), '\n'];
  const { messages, messagesPerSegment } = gather('line', pieces);
  expect(messages.map(({ segments, class: name, frames }) => [segments, name, frames.length])).toEqual([
    [pieces.length, 'split', 100],
  ]);
  expect([...messagesPerSegment]).toEqual([[1, pieces.length]]);
});

test('whatever the cuts: classes follow from ranges alone', () => {
  const story = fc.tuple(
    fc.array(fc.nat(8), { minLength: 1, maxLength: 30 }),
    fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 40 }),
  );
  fc.assert(
    fc.property(story, ([lengths, cuts]) => {
      const text = lengths.map((length) => `${String.fromCharCode(length)}${'x'.repeat(length)}`).join('');
      const pieces: string[] = [];
      for (let at = 0; at < text.length; at += pieces.at(-1)!.length) {
        pieces.push(text.slice(at, at + cuts[pieces.length % cuts.length]!));
      }
      expect(rows('length:size=1', pieces)).toEqual(expectedRows(lengths, pieces));
    }),
  );
});

/** The same, looked up in lists of all ranges. */
function expectedRows(lengths: readonly number[], pieces: readonly string[]): string[] {
  const segments = rangesOf(pieces.map(({ length }) => length));
  const messages = rangesOf(lengths.map((length) => length + 1));
  return messages.map(({ start, end }, index) => {
    const own = segments.filter((segment) => segment.start < end && segment.end > start);
    const others = messages.filter((other) => other.start !== start);
    const shares = own.some((segment) =>
      others.some((other) => other.start < segment.end && other.end > segment.start),
    );
    const name = [shares ? 'sticky' : '', own.length > 1 ? 'split' : ''].filter(Boolean).join('+') || 'whole';
    const frames = own.map((segment) => segments.indexOf(segment) + 1);
    return `#${index} ${start}-${end} ${name} in ${frames.join()}`;
  });
}

function rangesOf(lengths: readonly number[]): { start: number; end: number }[] {
  let at = 0;
  return lengths.map((length) => ({ start: at, end: (at += length) }));
}
