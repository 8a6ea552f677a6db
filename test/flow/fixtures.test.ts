/** Our own recordings against tshark's view of them, and connStates against the names of the files. */
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import type { ConnectionRow } from '../../src/report/model.ts';
import { endpoint } from '../../src/report/text/format.ts';
import { marksOf } from '../support/marks.ts';
import { expectationsOf, fixtureCaptures, fixtures } from '../support/frames.ts';

interface Expectations {
  frames: number;
  linkTypes: number[];
  firstTime: string;
  lastTime: string;
  wireBytes: number;
  capturedBytes: number;
  streams: {
    id: number;
    A: string;
    B: string;
    framesA: number;
    framesB: number;
    bytesA: number;
    bytesB: number;
    payA: number;
    payB: number;
    completeness: number;
    analysis?: Record<string, number>;
  }[];
  udp: { A: string; B: string; frames: number; bytes: number }[];
}

const epoch = (iso: string | null): string => {
  const [seconds, fraction = ''] = (iso ?? '').replace('Z', '').split('.');
  return `${Date.parse(`${seconds}Z`) / 1000}.${fraction}`;
};

/**
 * tshark prints the header's destination, a segment of the route; the connection is with the last segment, which is
 * also how tshark tells streams apart.
 */
const FINAL_ADDRESS: Readonly<Record<string, string>> = { '[2001:db8::20:5e9]:80': '[2001:db8::20]:80' };

const withFinalAddress = (stream: Expectations['streams'][number]): Expectations['streams'][number] => ({
  ...stream,
  B: FINAL_ADDRESS[stream.B] ?? stream.B,
  analysis: stream.analysis ?? {},
});

/**
 * Streams of a single segment that is no SYN. tshark has that segment in their completeness only from the next one on, of
 * which there is none; so it says 0, we say what was seen. The number of them, by capture.
 */
const LONE_SEGMENTS: Readonly<Record<string, number>> = { 'flood/ack-flood.pcap': 59, 'flood/rst-flood.pcap': 500 };

const nameOf = ({ address, port }: { address: string; port: number }): string => endpoint(address, port);

/** The row as the expectations name it, A being the sender of the first frame. */
function asStream(row: ConnectionRow, a: string): Expectations['streams'][number] {
  let ends = [row.originator, row.responder].map(nameOf);
  let sides = [row.endpoints.originator, row.endpoints.responder];
  if (ends[0] !== a) [ends, sides] = [ends.toReversed(), sides.toReversed()];
  return {
    id: row.index,
    A: ends[0]!,
    B: ends[1]!,
    framesA: sides[0]!.frames,
    framesB: sides[1]!.frames,
    bytesA: sides[0]!.wireBytes,
    bytesB: sides[1]!.wireBytes,
    payA: sides[0]!.payloadBytes,
    payB: sides[1]!.payloadBytes,
    completeness: row.completeness ?? 0,
    analysis: marksOf(row),
  };
}

describe('fixtures', () => {
  test.each(fixtureCaptures())('%s', async (name) => {
    const expected = expectationsOf(name) as Expectations;
    const analysis = await analyze([join(fixtures, name)]);
    const { capture } = analysis.heading();
    expect({
      frames: capture.frames,
      firstTime: epoch(capture.firstTime),
      lastTime: epoch(capture.lastTime),
      wireBytes: capture.wireBytes,
      capturedBytes: capture.capturedBytes,
    }).toEqual({
      frames: expected.frames,
      firstTime: expected.firstTime,
      lastTime: expected.lastTime,
      wireBytes: expected.wireBytes,
      capturedBytes: expected.capturedBytes,
    });
    expect(capture.files[0]!.linkTypes.toSorted()).toEqual(expected.linkTypes.toSorted());
    const rows = [...analysis.connectionRows({ keep: (c, id) => !c.isUdp(id) })].toSorted((a, b) => a.index - b.index);
    let lone = 0;
    const found = rows.map((row, i) => {
      const stream = asStream(row, expected.streams[i]?.A ?? '');
      const isLone = stream.framesA + stream.framesB === 1 && expected.streams[i]?.completeness === 0;
      if (!isLone || stream.completeness === 0) return stream;
      lone++;
      return Object.assign(stream, { completeness: 0 });
    });
    expect(found).toEqual(expected.streams.map(withFinalAddress));
    expect(lone).toBe(LONE_SEGMENTS[name] ?? 0);
  });

  test.each(fixtureCaptures().filter((name) => name.startsWith('flow/')))(
    '%s has the state it is named for',
    async (name) => {
      const state = /^(s0|s1|s2|s3|sf|rej|rsto|rstos0|rstr|rstrh|sh|shr|oth)(-|$)/.exec(basename(name, '.pcap'))?.[1];
      if (state === undefined) return;
      const analysis = await analyze([join(fixtures, name)]);
      const [row] = analysis.connectionRows();
      expect(row?.connState).toBe(state.toUpperCase());
    },
  );
});
