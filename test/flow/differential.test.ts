/** Connections of all captures of ../shared/captures against tshark's: ends, frames, bytes, numbers, completeness, marks. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { CaptureError } from '../../src/capture/errors.ts';
import type { ConnectionRow } from '../../src/report/model.ts';
import { type Quantity, differences } from './differences.ts';

const captures = join(import.meta.dirname, '../../../shared/captures');

/** id, A, B, framesA, framesB, bytesA, bytesB, payloadA, payloadB, first frame, time, duration, completeness, flags, tcp.analysis. */
type StreamRow = [
  number,
  string,
  string,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  string,
  number,
  number,
  string,
  string,
  Readonly<Record<string, number | undefined>>,
];

interface Truth {
  readonly file: string;
  readonly frames: { n: number };
  readonly streams: { rows: StreamRow[] };
}

/** tshark does not open these, and neither do we. */
const REFUSED = [
  'libpcap__linktype-reserved-field-not-zero.pcap',
  'libpcap__pcap-invalid-version-1.pcap',
  'libpcap__pcapng-invalid-vers-1.pcapng',
];

const truths: Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name): Truth => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Truth)
      .filter(({ file }) => !REFUSED.includes(file))
  : [];

/** What tshark says of a connection, in the order in which `oursOf` puts it. */
function theirsOf([, a, b, framesA, framesB, bytesA, bytesB, payA, payB]: StreamRow): Record<
  'ends' | 'counts',
  string
> {
  return { ends: `${a} ${b}`, counts: [framesA, framesB, bytesA, bytesB, payA, payB].join(' ') };
}

/** A is the sender of the first frame for tshark; for us the ends have roles. */
function oursOf(row: ConnectionRow, first: string): Record<'ends' | 'counts', string> {
  const ends = [row.originator, row.responder].map(({ address, port }) => `${address} ${port}`);
  const sides = [row.endpoints.originator, row.endpoints.responder];
  if (ends[0] !== first) {
    ends.reverse();
    sides.reverse();
  }
  const numbers = (['frames', 'wireBytes', 'payloadBytes'] as const).flatMap((key) => sides.map((side) => side[key]));
  return { ends: ends.join(' '), counts: numbers.join(' ') };
}

/**
 * A connection of one segment that is no SYN: in tshark's two passes that segment still shows what was known before it,
 * so 0; we count it (as Wireshark does once the frame is selected).
 */
const isLone = ([, , , framesA, framesB, , , , , , , , completeness]: StreamRow): boolean =>
  framesA + framesB === 1 && completeness === 0;

/**
 * Letters of the history that tshark's marks contradict. tshark marks SYN and FIN as well, and what was lost whether it
 * was acknowledged or not: its marks without a letter say nothing.
 */
function lettersWithoutMarks({ history }: ConnectionRow, marks: StreamRow[15]): string {
  const seen = history.toLowerCase();
  const has = (...names: readonly string[]): boolean => names.some((name) => marks[name] !== undefined);
  let letters = '';
  if (seen.includes('t') && !has('retransmission', 'out_of_order', 'keep_alive', 'zero_window_probe')) letters += 't';
  if (seen.includes('g') && !has('ack_lost_segment', 'lost_segment')) letters += 'g';
  if (seen.includes('w') !== has('zero_window')) letters += 'w';
  return letters;
}

function compare(rows: readonly ConnectionRow[], truth: Truth): Map<Quantity, string[]> {
  const found = new Map<Quantity, string[]>();
  const note = (quantity: Quantity, text: string): void =>
    void found.set(quantity, [...(found.get(quantity) ?? []), text]);
  const byFrame = new Map(rows.map((row) => [row.firstFrame, row]));
  if (rows.length !== truth.streams.rows.length) {
    note('connections', `${rows.length} instead of ${truth.streams.rows.length}`);
  }
  for (const stream of truth.streams.rows) {
    const row = byFrame.get(stream[9]);
    if (row === undefined) {
      note('connections', `none starts in frame ${stream[9]}`);
      continue;
    }
    const theirs = theirsOf(stream);
    const ours = oursOf(row, stream[1]);
    if (ours.ends !== theirs.ends) note('ends', `${row.id}: ${ours.ends} instead of ${theirs.ends}`);
    if (ours.counts !== theirs.counts) note('counts', `${row.id}: ${ours.counts} instead of ${theirs.counts}`);
    if (row.index !== stream[0]) note('index', `${row.id} instead of ${stream[0]}`);
    const letters = lettersWithoutMarks(row, stream[15]);
    if (letters !== '') note('letters', `${row.id}: ${letters} of ${row.history}`);
    if (row.completeness !== stream[12] && !isLone(stream)) {
      note('completeness', `${row.id}: ${row.completeness} instead of ${stream[12]}`);
    }
  }
  return found;
}

describe.skipIf(truths.length === 0)(
  `connections of ${captures}${truths.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  () => {
    test('there are as many captures as there were', () => {
      expect(truths.length).toBeGreaterThan(350);
    });

    test.each(truths)('$file', async (truth) => {
      const analysis = await analyze([join(captures, truth.file)]);
      const { framesRead, framesDecoded, framesUndecoded } = analysis.heading().accounting;
      expect(framesDecoded + Object.values(framesUndecoded).reduce((sum, n) => sum + n, 0)).toBe(framesRead);
      const rows = [...analysis.connectionRows({ keep: (c, id) => !c.isUdp(id) })];
      const found = compare(rows, truth);
      const known = differences.filter(({ file }) => file === truth.file);
      for (const [quantity, texts] of found) {
        const listed = known.find((row) => row.quantity === quantity);
        expect(listed?.connections ?? 0, `${quantity}: ${texts.slice(0, 5).join('; ')}`).toBe(texts.length);
      }
      for (const { quantity } of known) {
        expect(found.has(quantity), `${quantity}: this difference no longer occurs`).toBe(true);
      }
    });

    test.each(REFUSED)('%s is refused', async (file) => {
      await expect(analyze([join(captures, file)])).rejects.toBeInstanceOf(CaptureError);
    });

    test('every file with a listed difference exists', () => {
      const files = new Set(truths.map(({ file }) => file));
      expect(differences.filter(({ file }) => !files.has(file))).toEqual([]);
    });
  },
);
