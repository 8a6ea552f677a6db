/**
 * Clients that meant it: those whose address completed a handshake here at some time, and those that sent their SYN again
 * as a kernel does. How they fared.
 */
import { lifeAtEnd } from '../../flow/life/life.ts';
import type { Connections } from '../../flow/connections.ts';
import { Life } from '../../flow/milestones.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { Attempt, type Clock, isFailed } from './attempts.ts';
import type { Columns } from './columns.ts';
import { MAX_CLIENTS, MAX_FRAMES, MAX_TIMED } from './limits.ts';
import { GrowingWords } from './growing-words.ts';
import { isBare } from './outcomes.ts';
import { WordSet } from './word-set.ts';

interface Visit {
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
  readonly visits: readonly Visit[];
  /** Numbers of the connections, to tell them from those of the attack. */
  readonly ids: WordSet;
  /** Table words of the addresses that completed a handshake. */
  readonly addresses: WordSet;
}

/** A kernel waits a second before it sends a SYN again (RFC 6298 section 2). */
const KERNEL_RESEND_SECONDS = 0.9;

export function clientsOf(c: Connections, clock: Clock, columns: Columns, limits: Set<string>): Clients {
  const { ids, kind, source } = columns;
  const addresses = completers(columns);
  /** By the address's place in `addresses`: it completed one before. */
  const known = new Uint8Array(addresses.size);
  const visits: Visit[] = [];
  for (let i = 0; i < ids.length; i++) {
    const [id, attempt] = [ids[i]!, kind[i]!];
    const place = addresses.indexOf(source[i]!);
    if (place < 0 && !(isFailed(attempt) && resent(c, clock, id))) continue;
    if (visits.length >= MAX_CLIENTS) {
      limits.add('flood-clients');
      break;
    }
    visits.push(visitOf(c, clock, id, attempt, place >= 0 && known[place] === 1, visits.length < MAX_TIMED));
    if (attempt === Attempt.completed) known[place] = 1;
  }
  return { visits, ids: new WordSet(Int32Array.from(visits, ({ id }) => id)), addresses };
}

function completers({ kind, source }: Columns): WordSet {
  const words = new GrowingWords();
  for (let i = 0; i < kind.length; i++) if (kind[i] === Attempt.completed) words.push(source[i]!);
  return new WordSet(words.words);
}

/** With options, and again after a pause: tools that flood do neither. */
function resent(c: Connections, clock: Clock, id: number): boolean {
  const w = c.words;
  const at = id * WORDS;
  if (w[at + Word.framesA]! < 2 || isBare(w[at + Word.optionsA]!)) return false;
  return clock.last(id) - clock.start(id) >= KERNEL_RESEND_SECONDS;
}

function visitOf(c: Connections, clock: Clock, id: number, attempt: number, known: boolean, isTimed: boolean): Visit {
  const at = clock.start(id);
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
export function fareOf(c: Connections, { visits }: Clients, from: number, to: number): Fare {
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
