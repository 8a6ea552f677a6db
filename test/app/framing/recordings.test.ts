/** Messages of real programs: the two of a textbook in all ways, and 200 connections over a line that loses and reorders. */
import { createHash, type Hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Boundaries, type Message } from '../../../src/app/framing/boundaries.ts';
import { ConnectionMessages, Room } from '../../../src/app/framing/gathered.ts';
import { readFraming } from '../../../src/app/framing/spec.ts';
import { BothSinks } from '../../../src/stream/both.ts';
import type { Side, StreamSink } from '../../../src/stream/segment.ts';
import { framingCaptures, framings, sides, sinksOf } from './recordings.ts';

class Framed extends BothSinks {
  readonly gathered: ConnectionMessages;
  readonly hashes: readonly [Hash, Hash];
  readonly gaps: string[];

  constructor(spec: string) {
    const gathered = new ConnectionMessages(spec, new Room());
    const hashes = [createHash('sha256'), createHash('sha256')] as const;
    const gaps: string[] = [];
    const hashing: StreamSink = {
      data: (side, bytes) => void hashes[side].update(bytes),
      gap: (side, offset, length) => void gaps.push(`${side} ${offset} ${length}`),
      end: () => undefined,
    };
    super(new Boundaries(readFraming(spec).open, gathered), hashing);
    this.gathered = gathered;
    this.hashes = hashes;
    this.gaps = gaps;
  }

  of(side: Side): Message[] {
    return this.gathered.messages.filter((message) => message.side === side);
  }
}

describe('this is the first msg, this is the second msg', () => {
  test.each<[capture: string, originator: string[]]>([
    ['separately', ['whole 22', 'whole 23']],
    ['nagle', ['whole 6', 'sticky 22 coalesced', 'sticky 23 coalesced']],
    ['cork', ['sticky 22 pipelined', 'sticky 23 pipelined']],
    ['small-mss', ['sticky 22 pipelined', 'sticky+split 23 mss']],
    // Before them a long one, which Linux cuts at half of the small window.
    ['small-window', ['sticky+split 1418 window', 'sticky 22 pipelined', 'sticky+split 23 window']],
    ['byte-by-byte', ['split 22 written-apart', 'split 23 written-apart']],
  ])('%s', async (capture, originator) => {
    const { sinks } = await sinksOf(`${capture}.pcap`, () => new Framed('line'));
    const [framed] = [...sinks.values()];
    const rows = framed!
      .of(0)
      .map(({ class: name, start, end, cause }) =>
        [name, end - start, cause].filter((part) => part !== null).join(' '),
      );
    expect(rows).toEqual(originator);
    expect(framed!.of(1).map((message) => message.class)).toEqual(['whole']);
    expect([framed!.gathered.problems, framed!.gathered.incomplete]).toEqual([[], []]);
  });
});

describe.each(framingCaptures)('%s', (capture) => {
  test('every message that the programs sent, its range and its bytes', async () => {
    expect(framings).toHaveLength(200);
    for (const spec of new Set(framings.map((row) => row.spec))) {
      const { sinks } = await sinksOf(capture, () => new Framed(spec));
      const own = framings.filter((row) => row.spec === spec);
      expect(own.length).toBeGreaterThanOrEqual(20);
      for (const { ports, sides: spoken } of own) {
        const framed = sinks.get(ports)!;
        expect([framed.gaps, framed.gathered.problems, framed.gathered.incomplete], `ports ${ports}`).toEqual([
          [],
          [],
          [],
        ]);
        for (const side of sides) {
          let at = 0;
          const expected = spoken[side].lengths.map((length) => [at, (at += length)]);
          expect(framed.of(side).map(({ start, end }) => [start, end])).toEqual(expected);
          expect(framed.hashes[side].digest('hex')).toBe(spoken[side].sha256);
        }
      }
    }
  });

  test('the line did lose and reorder', async () => {
    const { analysis } = await sinksOf(capture, () => new Framed('line'));
    const { connections } = analysis.facts;
    const analyses = [...analysis.connectionRows()].flatMap(({ endpoints }) => [
      endpoints.originator.analysis,
      endpoints.responder.analysis,
    ]);
    const sum = (mark: 'retransmission' | 'outOfOrder'): number =>
      analyses.reduce((all, each) => all + (each?.[mark] ?? 0), 0);
    expect(connections.count).toBe(200);
    expect(sum('retransmission')).toBeGreaterThan(20);
    expect(sum('outOfOrder')).toBeGreaterThan(0);
  });
});
