/**
 * Timeouts and initial round trips against tshark (see fixtures/timeouts.py), and our estimate of the timeout against the
 * kernels that sent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { Mark } from '../../../src/flow/analysis/marks.ts';
import type { Connections } from '../../../src/flow/connections.ts';
import { LadderRecorder } from '../../../src/flow/ladder/recorder.ts';
import { RetransmissionTimeouts } from '../../../src/flow/measure/rto.ts';
import { fixtureCaptures, fixtures } from '../../support/frames.ts';
import { lossFolder, lossTruths } from '../../support/loss-truth.ts';
import { SegmentMeasures, digestOf } from '../../support/segment-measures.ts';
import { kernelDifferences, timeoutDifferences } from './timeout-differences.ts';

const shared = join(import.meta.dirname, '../../../../shared/captures');

interface Truth {
  readonly stream: number;
  readonly roundTrip: string;
  readonly timeouts: string;
}

function truthsOf(file: string): Map<string, Truth[]> {
  const byCapture = new Map<string, Truth[]>();
  for (const line of readFileSync(join(fixtures, file), 'utf8').trimEnd().split('\n')) {
    const [capture = '', stream, roundTrip = '', count, digest] = line.split('\t');
    if (!byCapture.has(capture)) byCapture.set(capture, []);
    byCapture.get(capture)!.push({ stream: Number(stream), roundTrip, timeouts: `${count} ${digest}` });
  }
  return byCapture;
}

const kinds = Mark.retransmission | Mark.fastRetransmission | Mark.spuriousRetransmission;

function timeoutsOf(c: Connections, measures: SegmentMeasures, id: number): string {
  const lines: [number, string][] = [];
  for (const side of [0, 1]) {
    for (const { frame, marks } of c.markedFrames(id, side)) {
      const line = measures.of(id, side).timeouts.get(frame);
      if ((marks & kinds) === Mark.retransmission && line !== undefined) lines.push([frame, line]);
    }
  }
  const ordered = lines.toSorted(([a], [b]) => a - b).map(([, line]) => line);
  return `${ordered.length} ${digestOf({ lines: ordered })}`;
}

/** How many streams differ, by what. */
async function differencesOf(path: string, truths: readonly Truth[]): Promise<Record<string, number>> {
  const measures = new SegmentMeasures();
  const analysis = await analyze([path], { observer: measures });
  const { connections: c } = analysis.facts;
  const ids = new Map([...c.indexes()].map((index, id) => [c.isUdp(id) ? -1 - id : index, id]));
  const rows = new Map([...analysis.connectionRows({ keep: (_, id) => !c.isUdp(id) })].map((row) => [row.index, row]));
  const counts: Record<string, number> = {};
  const differs = (name: string): void => void (counts[name] = (counts[name] ?? 0) + 1);
  for (const { stream, roundTrip, timeouts } of truths) {
    const id = ids.get(stream);
    const handshake = rows.get(stream)?.handshake?.rttSeconds ?? null;
    if (id === undefined || timeoutsOf(c, measures, id) !== timeouts) differs('rto');
    const isSame = handshake === null ? roundTrip === '-' : Math.abs(Number(roundTrip) - handshake) < 1e-9;
    if (!isSame) differs('initial_rtt');
  }
  return counts;
}

function hold(capture: string, path: string, truths: readonly Truth[]): void {
  test(capture, async () => {
    expect(await differencesOf(path, truths)).toEqual(timeoutDifferences[capture]?.streams ?? {});
  });
}

const own = new Map(fixtureCaptures().map((name) => [name.split('/').at(-1)!, join(fixtures, name)]));

describe('our recordings', () => {
  for (const [capture, truths] of truthsOf('timeouts.tsv')) hold(capture, own.get(capture)!, truths);
});

describe.skipIf(!existsSync(shared))(`captures of ${shared}${existsSync(shared) ? '' : ' (ABSENT, skipped)'}`, () => {
  for (const [capture, truths] of truthsOf('timeouts-shared.tsv')) hold(capture, join(shared, capture), truths);
});

/** The kernel counts in ticks of 4 ms, and smooths its variance in windows of a round trip. */
const TOLERANCE = 0.1;

describe('the estimate at the end of the connection is that of the kernel', () => {
  const ends = lossTruths.flatMap(({ name, captures, sockets }) =>
    sockets.flatMap(({ side, rtoMicroseconds }) =>
      rtoMicroseconds === undefined ? [] : [[`${name} ${side}`, captures[side]!, side, rtoMicroseconds / 1e6] as const],
    ),
  );
  test('within a tenth, in nine of ten recordings', async () => {
    const wrong: string[] = [];
    for (const [name, capture, side, kernel] of ends) {
      const recorder = new LadderRecorder('tcp', 0);
      await analyze([join(lossFolder, capture)], { observer: recorder });
      const timeouts = new RetransmissionTimeouts();
      for (const segment of recorder.segments.first()) timeouts.see(segment);
      const estimate = timeouts.of(side === 'client' ? 0 : 1) ?? 0;
      if (Math.abs(estimate - kernel) > TOLERANCE * kernel) wrong.push(name);
    }
    expect(wrong.toSorted()).toEqual(Object.keys(kernelDifferences).toSorted());
    expect(ends.length).toBeGreaterThan(100);
    expect(wrong.length / ends.length).toBeLessThan(0.11);
  }, 60_000);
});
