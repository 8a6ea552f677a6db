/**
 * Clients that meant it: those whose address completed a handshake here at some time, and those that sent their SYN again
 * as a kernel does. How they fared.
 */
import { lifeAtEnd } from '../../flow/life/life.ts';
import type { Connections } from '../../flow/connections.ts';
import { Life } from '../../flow/milestones.ts';
import { Word } from '../../flow/records.ts';
import { Attempt, type Clock } from './attempts.ts';
import { type Columns, Mark } from './columns.ts';
import { MAX_AFFECTED, MAX_CLIENTS, MAX_FRAMES, MAX_SIGN_FRAMES, MAX_TIMED } from './limits.ts';
import { GrowingWords } from './growing-words.ts';
import { WordSet } from './word-set.ts';

export interface Visit {
  readonly id: number;
  /** Of its first SYN, seconds from the capture's beginning. */
  readonly at: number;
  /** First SYN to handshake done; null when it never was. */
  readonly connectSeconds: number | null;
  /** From the first to the last SYN: how long it was tried. */
  readonly triedSeconds: number;
  /** This address had completed a handshake before. */
  readonly known: boolean;
}

export interface Fare {
  readonly attempts: number;
  readonly completed: number;
  readonly connectSecondsP50: number | null;
  readonly connectSecondsP95: number | null;
  /** First frames of those that failed. */
  readonly failedFrames: readonly number[];
}

export interface Clients {
  /** Rows of the columns, in order. */
  readonly rows: Int32Array;
  /** By place in `rows`: 1 where the address had completed a handshake before. */
  readonly known: Uint8Array;
  /** Table words of the addresses that completed a handshake. */
  readonly addresses: WordSet;
}

export function clientsOf({ kind, marks, source }: Columns, limits: Set<string>): Clients {
  const addresses = completers(kind, source);
  /** By the address's place in `addresses`: it completed one before. */
  const completed = new Uint8Array(addresses.size);
  const rows = new GrowingWords();
  const known = new Uint8Array(MAX_CLIENTS);
  for (let row = 0; row < kind.length; row++) {
    const place = addresses.indexOf(source[row]!);
    // With options, and again after a pause: tools that flood do neither.
    if (place < 0 && (marks[row]! & Mark.patient) === 0) continue;
    if (rows.length >= MAX_CLIENTS) {
      limits.add('flood-clients');
      break;
    }
    if (place >= 0) known[rows.length] = completed[place]!;
    if (kind[row] === Attempt.completed) completed[place] = 1;
    rows.push(row);
  }
  return { rows: rows.words, known: known.slice(0, rows.length), addresses };
}

function completers(kind: Uint8Array, source: Int32Array): WordSet {
  const words = new GrowingWords();
  for (let i = 0; i < kind.length; i++) if (kind[i] === Attempt.completed) words.push(source[i]!);
  return new WordSet(words.words);
}

/** What clients met, in order of number. Replays some of them, which takes its time. */
export function visitsOf(c: Connections, clock: Clock, { ids, kind, at }: Columns, { rows, known }: Clients): Visit[] {
  return Array.from(rows, (row, i) =>
    visitOf(c, clock, ids[row]!, kind[row]!, at[row]!, known[i] === 1, i < MAX_TIMED),
  );
}

function visitOf(
  c: Connections,
  clock: Clock,
  id: number,
  attempt: number,
  at: number,
  known: boolean,
  isTimed: boolean,
): Visit {
  if (attempt !== Attempt.completed) {
    return { id, at, connectSeconds: null, triedSeconds: clock.last(id) - at, known };
  }
  // A handshake in good order needs no replay of its SYNs, but its time is only in the replay.
  const isAgain = (c.word(id, Word.life) & Life.again) !== 0;
  const handshake = isTimed || isAgain ? lifeAtEnd(c, id)?.handshake : undefined;
  const open = handshake?.openSeconds ?? 0;
  const rtt = handshake?.rttSeconds ?? 0;
  const tried = handshake?.syn?.intervals.reduce((sum, s) => sum + s, 0) ?? 0;
  return { id, at, connectSeconds: Math.max(open, rtt + tried), triedSeconds: tried, known };
}

/** How those fared that began within `from` and `to`. */
export function fareOf(c: Connections, visits: readonly Visit[], from: number, to: number): Fare {
  const some = visits.filter(({ at }) => at >= from && at < to);
  const times = some.flatMap(({ connectSeconds }) => connectSeconds ?? []).toSorted((a, b) => a - b);
  const failed = some.filter(({ connectSeconds }) => connectSeconds === null);
  return {
    attempts: some.length,
    completed: times.length,
    connectSecondsP50: quantile(times, 0.5),
    connectSecondsP95: quantile(times, 0.95),
    failedFrames: failed.slice(0, MAX_FRAMES).map(({ id }) => c.word(id, Word.firstFrame) >>> 0),
  };
}

/** The least value that this share of them does not exceed. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** A client that was refused or delayed, with all its attempts of that time. */
export interface Affected {
  readonly address: string;
  readonly attempts: number;
  /** That never came up. */
  readonly refused: number;
  /** That took as long as it takes to send a SYN or SYN-ACK again. */
  readonly delayed: number;
  /** The longest that one took, or was tried. */
  readonly longestSeconds: number;
  /** First frames of those that were refused or delayed. */
  readonly frames: readonly number[];
}

/** A kernel waits a second before it sends a SYN again (RFC 6298 section 2). */
const DELAYED_SECONDS = 0.9;

/** Who was locked out between `from` and `to`, those worst off first; and how many there are, of whom only some are named. */
export function affectedOf(
  c: Connections,
  visits: readonly Visit[],
  from: number,
  to: number,
): { count: number; worst: Affected[] } {
  const clients = new Map<string, { -readonly [K in keyof Affected]: Affected[K] } & { frames: number[] }>();
  for (const { id, at, connectSeconds, triedSeconds } of visits) {
    if (at < from || at >= to) continue;
    const address = c.address(id, 0);
    let one = clients.get(address);
    if (one === undefined) {
      one = { address, attempts: 0, refused: 0, delayed: 0, longestSeconds: 0, frames: [] };
      clients.set(address, one);
    }
    one.attempts++;
    one.longestSeconds = Math.max(one.longestSeconds, connectSeconds ?? triedSeconds);
    if (connectSeconds === null) one.refused++;
    else if (connectSeconds >= DELAYED_SECONDS) one.delayed++;
    else continue;
    if (one.frames.length < MAX_SIGN_FRAMES) one.frames.push(c.word(id, Word.firstFrame) >>> 0);
  }
  const all = [...clients.values()].filter(({ refused, delayed }) => refused + delayed > 0);
  const worst = all.toSorted(
    (a, b) => b.refused - a.refused || b.delayed - a.delayed || b.longestSeconds - a.longestSeconds,
  );
  return { count: all.length, worst: worst.slice(0, MAX_AFFECTED) };
}
