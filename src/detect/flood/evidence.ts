/** The frames behind numbers about sources: worked out for the command's document alone. */
import type { Connections } from '../../flow/connections.ts';
import { Word } from '../../flow/records.ts';
import { Attempt } from './attempts.ts';
import { isBogon } from './bogons.ts';
import type { Columns } from './columns.ts';
import type { Victim } from './flood.ts';
import { MAX_FRAMES, MAX_SIGN_FRAMES } from './limits.ts';
import { Newcomer, type Newcomers, newcomersOf } from './newcomers.ts';
import type { Sources } from './sources.ts';
import type { SignId } from './spoofing.ts';
import { WordSet } from './word-set.ts';

export interface Backing {
  /** First frames of the half-open connections at the peak. */
  readonly peakFrames: readonly number[];
  /** Of the busiest sources, and of the signs of made-up ones, in their order. */
  readonly topFrames: readonly (readonly number[])[];
  readonly signFrames: readonly (readonly number[])[];
  /** By interval of the series: sources that the attack had not had before. */
  readonly arrivals: Float64Array;
  readonly arrivalsEstimated: boolean;
}

export function backingOf(c: Connections, victim: Victim): Backing {
  const { columns, rows, sources, spoofing } = victim;
  const newcomers = newcomersOf(columns.source, rows);
  return {
    peakFrames: peakFrames(c, victim),
    topFrames: topFrames(c, columns, rows, sources),
    signFrames: spoofing.signs.map(({ id }) => signFrames(c, victim, newcomers, id)),
    arrivals: arrivalsIn(victim, newcomers),
    arrivalsEstimated: newcomers.step > 1,
  };
}

function arrivalsIn({ columns, rows, series }: Victim, { marks, step }: Newcomers): Float64Array {
  const { from, width, failed } = series;
  const arrivals = new Float64Array(failed.length);
  for (let i = 0; i < rows.length; i++) {
    if ((marks[i]! & Newcomer.first) === 0) continue;
    const slot = Math.floor((columns.at[rows[i]!]! - from) / width);
    if (slot >= 0 && slot < arrivals.length) arrivals[slot]! += step;
  }
  return arrivals;
}

/** First frames of attempts of each of the busiest sources, in their order. */
export function topFrames(
  c: Connections,
  { ids, source }: Pick<Columns, 'ids' | 'source'>,
  rows: Int32Array,
  { top }: Sources,
): number[][] {
  const words = new WordSet(Int32Array.from(top, ({ word }) => word));
  const found = top.map((): number[] => []);
  let missing = found.length;
  for (let i = 0; i < rows.length && missing > 0; i++) {
    const place = words.indexOf(source[rows[i]!]!);
    if (place < 0 || found[place]!.length >= MAX_SIGN_FRAMES) continue;
    found[place]!.push(c.word(ids[rows[i]!]!, Word.firstFrame) >>> 0);
    if (found[place]!.length === MAX_SIGN_FRAMES) missing--;
  }
  return top.map(({ word }) => found[words.indexOf(word)]!);
}

/** Is the attempt one of those that a sign speaks of? */
type Shows = (victim: Victim, newcomers: Newcomers, row: number, place: number) => boolean;

const any: Shows = () => true;
const shows: Readonly<Record<SignId, Shows>> = {
  'uniform-sources': (_, { marks }, __, place) => (marks[place]! & Newcomer.first) !== 0,
  'unroutable-sources': ({ columns }, _, row) => isBogon(columns.source[row]!),
  'one-attempt-each': (_, { marks }, __, place) => (marks[place]! & Newcomer.only) !== 0,
  'one-path': any,
  'random-ttl': any,
  'no-resets': ({ columns }, _, row) => columns.kind[row] === Attempt.halfOpen,
  'never-completed': any,
  'sources-complete': ({ columns, clients }, _, row) => clients.addresses.has(columns.source[row]!),
};

/** First frames of attempts that show a sign of made-up sources, or of real ones. */
function signFrames(c: Connections, victim: Victim, newcomers: Newcomers, id: SignId): number[] {
  const { rows, columns } = victim;
  const frames: number[] = [];
  for (let place = 0; place < rows.length && frames.length < MAX_SIGN_FRAMES; place++) {
    const row = rows[place]!;
    if (shows[id](victim, newcomers, row, place)) frames.push(c.word(columns.ids[row]!, Word.firstFrame) >>> 0);
  }
  return frames;
}

/** First frames of the half-open connections at the peak. */
function peakFrames(c: Connections, { queue }: Victim): number[] {
  const { ids, from, to } = queue.entries;
  const frames: number[] = [];
  for (let row = 0; row < ids.length && frames.length < MAX_FRAMES; row++) {
    if (from[row]! <= queue.peakAt && to[row]! > queue.peakAt) frames.push(c.word(ids[row]!, Word.firstFrame) >>> 0);
  }
  return frames;
}
