/** Round trips, bytes in flight and unique bytes against tshark and tcptrace: see fixtures/measures.py for the numbers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import type { EndpointRow } from '../../../src/report/model.ts';
import { fixtureCaptures, fixtures } from '../../support/frames.ts';
import { SegmentMeasures, digestOf } from '../../support/segment-measures.ts';
import { measureDifferences } from './differences.ts';

const shared = join(import.meta.dirname, '../../../../shared/captures');

interface Truth {
  readonly stream: number;
  readonly port: number;
  readonly cells: Readonly<Record<string, number | string>>;
}

const TSHARK = ['payload', 'unique', 'acks', 'least', 'mean', 'greatest', 'flight', 'frames'] as const;
const TCPTRACE = ['traced payload', 'traced unique', 'samples', 'min', 'avg', 'max', 'owin'] as const;

/** By capture. */
function truthsOf(file: string): Map<string, Truth[]> {
  const byCapture = new Map<string, Truth[]>();
  for (const line of readFileSync(join(fixtures, file), 'utf8').trimEnd().split('\n')) {
    const [capture = '', stream, port, ...values] = line.split('\t');
    const names = values.at(-1) === '-' ? TSHARK : [...TSHARK, ...TCPTRACE];
    const cells = Object.fromEntries(
      names.map((name, i) => [name, name === 'frames' ? values[i]! : Number(values[i])]),
    );
    if (!byCapture.has(capture)) byCapture.set(capture, []);
    byCapture.get(capture)!.push({ stream: Number(stream), port: Number(port), cells });
  }
  return byCapture;
}

/** tcptrace prints tenths of milliseconds. */
const tenths = (seconds = 0): number => Math.round(seconds * 1e4) / 10;
const micro = (nanoseconds: number): number => Math.round(nanoseconds / 1000);

function ourCells(row: EndpointRow, measures: SegmentMeasures, id: number, side: number): Truth['cells'] {
  const end = measures.of(id, side);
  const { times } = end;
  const total = times.reduce((sum, time) => sum + time, 0);
  return {
    payload: row.payloadBytes,
    unique: row.uniqueBytes ?? 0,
    acks: times.length,
    least: times.length === 0 ? 0 : micro(Math.min(...times)),
    mean: times.length === 0 ? 0 : micro(total / times.length),
    greatest: times.length === 0 ? 0 : micro(Math.max(...times)),
    flight: end.flight,
    frames: digestOf(end),
    'traced payload': row.payloadBytes,
    'traced unique': row.uniqueBytes ?? 0,
    samples: row.rtt?.samples ?? 0,
    min: tenths(row.rtt?.minSeconds),
    avg: tenths(row.rtt?.averageSeconds),
    max: tenths(row.rtt?.maxSeconds),
    owin: row.maxBytesInFlight ?? 0,
  };
}

const TOLERANCE: Readonly<Record<string, number>> = { least: 1, mean: 1, greatest: 1, min: 0.11, avg: 0.11, max: 0.11 };

function isAlike(name: string, ours: number | string, theirs: number | string): boolean {
  if (typeof ours !== 'number' || typeof theirs !== 'number') return ours === theirs;
  // tcptrace mostly counts from the number before the oldest byte.
  if (name === 'owin') return theirs - ours === 0 || theirs - ours === 1;
  return Math.abs(ours - theirs) <= (TOLERANCE[name] ?? 0);
}

/** Cells that are not what the peers say, counted by name; and how many were compared. */
async function compare(path: string, truths: readonly Truth[]): Promise<{ found: string[]; compared: number }> {
  const measures = new SegmentMeasures();
  const analysis = await analyze([path], { observer: measures });
  const { connections: c } = analysis.facts;
  const ids = new Map([...c.indexes()].map((index, id) => [c.isUdp(id) ? -1 - id : index, id]));
  const rows = new Map([...analysis.connectionRows({ keep: (_, id) => !c.isUdp(id) })].map((row) => [row.index, row]));
  const found: string[] = [];
  let compared = 0;
  for (const { stream, port, cells } of truths) {
    const id = ids.get(stream);
    const row = rows.get(stream);
    const side = row?.originator.port === port ? 0 : 1;
    const ours =
      id === undefined || row === undefined
        ? {}
        : ourCells(row.endpoints[side === 0 ? 'originator' : 'responder'], measures, id, side);
    for (const [name, theirs] of Object.entries(cells)) {
      compared++;
      const own = ours[name] ?? 'nothing';
      if (!isAlike(name, own, theirs)) found.push(`${stream} ${port} ${name}: ${own}, not ${theirs}`);
    }
  }
  return { found, compared };
}

/** Names of the cells in front of the colon. */
const namesOf = (found: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const text of found) {
    const name = text.slice(0, text.indexOf(':')).split(' ').slice(2).join(' ');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

function hold(capture: string, path: string, truths: readonly Truth[]): void {
  test(capture, async () => {
    const { found } = await compare(path, truths);
    expect(namesOf(found), found.join('\n')).toEqual(measureDifferences[capture]?.cells ?? {});
  });
}

const own = new Map(fixtureCaptures().map((name) => [name.split('/').at(-1)!, join(fixtures, name)]));

describe('our recordings', () => {
  for (const [capture, truths] of truthsOf('measures.tsv')) hold(capture, own.get(capture)!, truths);
});

describe.skipIf(!existsSync(shared))(`captures of ${shared}${existsSync(shared) ? '' : ' (ABSENT, skipped)'}`, () => {
  for (const [capture, truths] of truthsOf('measures-shared.tsv')) hold(capture, join(shared, capture), truths);
});
