/** A group of segments that nobody asked for, in numbers. */
import { Completeness } from '../../../flow/completeness.ts';
import type { Connections } from '../../../flow/connections.ts';
import { Life } from '../../../flow/milestones.ts';
import { WORDS, Word } from '../../../flow/records.ts';
import { ACK } from '../../../wire/tcp.ts';
import { Attempt, type Clock } from '../attempts.ts';
import { type Change, type Series, findChange } from '../change-point.ts';
import type { Columns } from '../columns.ts';
import { topFrames } from '../evidence.ts';
import { MAX_FRAMES } from '../limits.ts';
import { SAMPLED_WIDTH, peakOf, seriesOf } from '../series.ts';
import { type Sources, sourcesOf } from '../sources.ts';
import { type Spoofing, spreadSigns } from '../spoofing.ts';
import type { Thresholds } from '../thresholds.ts';
import { WordSet } from '../word-set.ts';
import type { Group } from './gather.ts';

export interface Measured {
  /** Connections, and their segments. */
  readonly count: number;
  readonly segments: number;
  /** Where a RST was seen. */
  readonly answered: number;
  /** Whose first segment has no ACK, and no payload. */
  readonly withoutAck: number;
  /** Whose first segment has no payload. */
  readonly bare: number;
  readonly sources: Sources;
  /** First frames of each of the busiest sources. */
  readonly topFrames: readonly (readonly number[])[];
  readonly sourcesText: string;
  /** Sources that had a whole handshake with the host, too. */
  readonly sourcesThatCompleted: number;
  /** Spread over the address space as only made-up addresses are, and a second sign. */
  readonly madeUp: boolean;
  readonly madeUpText: string;
  readonly signs: Spoofing['signs'];
  /** Ports of the host. */
  readonly ports: number;
  /** The commonest of them when nearly all are at it. */
  readonly port: number | null;
  /** Seconds from the capture's beginning. */
  readonly onset: number;
  readonly end: number;
  readonly durationSeconds: number;
  readonly peakPerSecond: number;
  readonly peakPerMinute: number;
  /** Many more than usual began at some time: see `findChange`. */
  readonly hasOnset: boolean;
  /** Idle connections that were open at the same time; 0 of other groups. */
  readonly mostAtOnce: number;
  /** Handshakes with the host that were used, within the same time. */
  readonly completedMeanwhile: number;
  readonly frames: readonly number[];
}

export function measure(c: Connections, clock: Clock, group: Group, t: Thresholds): Measured {
  const { columns, ipv6 } = group;
  const series = seriesOf(clock, columns, t.sampling > 1 ? SAMPLED_WIDTH : 0);
  const change = findChange(series, t);
  const rows = rowsWithin(columns, change, series);
  const sources = sourcesOf(c, columns, rows, ipv6);
  const signs = spreadSigns(sources);
  const [onset, end] = spanOf(columns, rows);
  const slots = [change.phases[0]?.first ?? 0, change.phases.at(-1)?.last ?? series.failed.length - 1] as const;
  return {
    count: rows.length,
    ...segmentsOf(c, columns, rows),
    sources,
    topFrames: topFrames(c, columns, rows, sources),
    sourcesText: `${sources.count} ${sources.count === 1 ? 'source' : 'sources'}`,
    sourcesThatCompleted: completersOf(columns, rows),
    ...madeUpBy(signs),
    signs,
    ...portsOf(columns, rows),
    onset,
    end,
    durationSeconds: Math.max(0, end - onset),
    peakPerSecond: peakOf(series, ...slots, 1),
    peakPerMinute: peakOf(series, ...slots, 60) * 60,
    hasOnset: change.phases.length > 0,
    mostAtOnce: group.name === 'idle' ? mostAtOnce(c, clock, columns, rows) : 0,
    completedMeanwhile: completedWithin(columns, onset, end),
    frames: Array.from(rows.subarray(0, MAX_FRAMES), (row) => c.word(columns.ids[row]!, Word.firstFrame) >>> 0),
  };
}

/** Rows of the group within the phases of excess; all of them when there is none. */
function rowsWithin({ kind, at }: Columns, { phases }: Change, { from: start, width }: Series): Int32Array {
  const from = start + (phases[0]?.first ?? -Infinity) * width;
  const to = start + ((phases.at(-1)?.last ?? Infinity) + 1) * width;
  const rows = new Int32Array(kind.length);
  let count = 0;
  for (let row = 0; row < kind.length; row++) {
    if (kind[row] !== Attempt.completed && at[row]! >= from && at[row]! <= to) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

function spanOf({ at }: Columns, rows: Int32Array): [onset: number, end: number] {
  let [onset, end] = [Infinity, 0];
  for (const row of rows) {
    onset = Math.min(onset, at[row]!);
    end = Math.max(end, at[row]!);
  }
  return [Math.min(onset, end), end];
}

function segmentsOf(
  c: Connections,
  { ids, kind }: Columns,
  rows: Int32Array,
): Pick<Measured, 'segments' | 'answered' | 'withoutAck' | 'bare'> {
  let [segments, answered, withoutAck, bare] = [0, 0, 0, 0];
  for (const row of rows) {
    const id = ids[row]!;
    segments += c.frames(id, 0) + c.frames(id, 1);
    if (kind[row] === Attempt.refused) answered++;
    const first = c.words[id * WORDS + Word.life]!;
    if ((first & (Life.bare | ACK)) === Life.bare) withoutAck++;
    if ((first & Life.bare) !== 0) bare++;
  }
  return { segments, answered, withoutAck, bare };
}

function completersOf({ kind, source }: Columns, rows: Int32Array): number {
  const completed = new WordSet(source.filter((_, row) => kind[row] === Attempt.completed));
  if (completed.size === 0) return 0;
  return new WordSet(Int32Array.from(rows, (row) => source[row]!).filter((word) => completed.has(word))).size;
}

function madeUpBy(signs: Spoofing['signs']): Pick<Measured, 'madeUp' | 'madeUpText'> {
  const even = signs.some(({ id }) => id === 'uniform-sources');
  return { madeUp: even && signs.length > 1, madeUpText: signs.map(({ text }) => text).join('; ') };
}

/** Share of the segments that make a port the one that is meant. */
const ONE_PORT = 0.9;

function portsOf({ port }: Columns, rows: Int32Array): Pick<Measured, 'ports' | 'port'> {
  const counts = new Uint32Array(65_536);
  for (const row of rows) counts[port[row]!]! += 1;
  const most = counts.reduce((best, count, number) => (count > counts[best]! ? number : best), 0);
  const ports = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return { ports, port: rows.length > 0 && counts[most]! >= ONE_PORT * rows.length ? most : null };
}

const CLOSED = Completeness.fin | Completeness.rst;

/** How many were open at the same time, from their first to their last frame, or to the end of the capture. */
function mostAtOnce(c: Connections, clock: Clock, { ids, at }: Columns, rows: Int32Array): number {
  const starts = Float64Array.from(rows, (row) => at[row]!).toSorted();
  const isClosed = (id: number): boolean => (c.completeness(id) & CLOSED) !== 0;
  const endOf = (row: number): number => (isClosed(ids[row]!) ? clock.last(ids[row]!) : clock.end);
  const ends = Float64Array.from(rows, endOf).toSorted();
  let [most, ended] = [0, 0];
  for (let i = 0; i < starts.length; i++) {
    while (ends[ended]! < starts[i]!) ended++;
    most = Math.max(most, i + 1 - ended);
  }
  return most;
}

function completedWithin({ kind, at }: Columns, from: number, to: number): number {
  let count = 0;
  for (let row = 0; row < kind.length; row++) {
    if (kind[row] === Attempt.completed && at[row]! >= from && at[row]! <= to) count++;
  }
  return count;
}
