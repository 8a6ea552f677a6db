/**
 * The victim's SYN queue, rebuilt from what the capture shows of it. An entry begins with its SYN. It ends with the ACK or
 * RST of the originator, or at the timer after its last SYN-ACK: a kernel that still held it would have sent the next one.
 * A SYN-ACK that never came again was a SYN cookie, which takes no entry.
 */
import type { Connections } from '../../flow/connections.ts';
import { Life } from '../../flow/milestones.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { isPlainAck, isSynAck } from '../../flow/life/story.ts';
import { Attempt, type Clock, synAcksSent } from './attempts.ts';
import type { Columns } from './columns.ts';
import { MAX_QUEUE_ENTRIES } from './limits.ts';
import { Lives } from './stories.ts';
import { RESEND_SECONDS } from './thresholds.ts';

/** Half-open connections: row by row the connection's number, and its seconds from the capture's beginning. */
export interface Entries {
  readonly ids: Int32Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

export const noEntries: Entries = { ids: new Int32Array(0), from: new Float64Array(0), to: new Float64Array(0) };

export class HalfOpen {
  readonly entries: Entries;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly peak: number;
  /** When the peak was reached first. */
  readonly peakAt: number;

  constructor(entries: Entries) {
    this.entries = entries;
    this.#starts = inOrder(entries.from);
    this.#ends = inOrder(entries.to);
    [this.peak, this.peakAt] = this.#findPeak();
  }

  /** Entries at a moment. */
  depth(at: number): number {
    return countUpTo(this.#starts, at) - countUpTo(this.#ends, at);
  }

  /** The first moment with so many entries; null when there never were. */
  reached(depth: number): number | null {
    let ended = 0;
    for (let i = 0; i < this.#starts.length; i++) {
      while (this.#ends[ended]! <= this.#starts[i]!) ended++;
      if (i + 1 - ended >= depth) return this.#starts[i]!;
    }
    return null;
  }

  #findPeak(): [peak: number, at: number] {
    let [peak, at, ended] = [0, 0, 0];
    for (let i = 0; i < this.#starts.length; i++) {
      while (this.#ends[ended]! <= this.#starts[i]!) ended++;
      if (i + 1 - ended > peak) [peak, at] = [i + 1 - ended, this.#starts[i]!];
    }
    return [peak, at];
  }
}

/** How many of the sorted values are at most `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Most entries begin in order: then they are not sorted. */
function inOrder(times: Float64Array): Float64Array {
  for (let i = 1; i < times.length; i++) if (times[i]! < times[i - 1]!) return times.toSorted();
  return times;
}

export function halfOpenOf(c: Connections, clock: Clock, columns: Columns, limits: Set<string>): HalfOpen {
  const { kind, ids } = columns;
  const w = c.words;
  let room = 0;
  for (let row = 0; row < kind.length; row++) if (mayQueue(w, kind[row]!, ids[row]!)) room++;
  if (room > MAX_QUEUE_ENTRIES) limits.add('flood-queue');
  room = Math.min(room, MAX_QUEUE_ENTRIES);
  const entries = { ids: new Int32Array(room), from: new Float64Array(room), to: new Float64Array(room) };
  const lives = new Lives(c, limits);
  let count = 0;
  for (let row = 0; row < kind.length && count < room; row++) {
    if (!mayQueue(w, kind[row]!, ids[row]!)) continue;
    const isEntry = kind[row] === Attempt.completed ? completedEntry : failedEntry;
    if (isEntry(lives, clock, columns, row, entries, count)) entries.ids[count++] = ids[row]!;
  }
  return new HalfOpen({
    ids: entries.ids.subarray(0, count),
    from: entries.from.subarray(0, count),
    to: entries.to.subarray(0, count),
  });
}

/**
 * A SYN without an answer has no place. A handshake in good order takes a round trip; only one whose SYN or SYN-ACK came
 * again is worth a look.
 */
function mayQueue(w: Int32Array, kind: number, id: number): boolean {
  if (kind === Attempt.completed) return (w[id * WORDS + Word.life]! & Life.again) !== 0;
  return kind === Attempt.halfOpen || kind === Attempt.reset;
}

/** Writes the entry's times; false for an attempt that never had a place in the queue. */
type EntryWriter = (
  lives: Lives,
  clock: Clock,
  columns: Columns,
  row: number,
  entries: Entries,
  place: number,
) => boolean;

const failedEntry: EntryWriter = (lives, clock, { ids, kind, at }, row, { from, to }, place) => {
  const end = endOf(lives, clock, ids[row]!, kind[row]!, at[row]!);
  if (end === null) return false;
  from[place] = at[row]!;
  to[place] = end;
  return true;
};

function endOf(lives: Lives, clock: Clock, id: number, attempt: number, start: number): number | null {
  const captured = lives.c.words[id * WORDS + Word.framesB]!;
  if (attempt === Attempt.reset) return captured > 0 ? clock.last(id) : null;
  const synAcks = captured > 1 ? synAcksSent(captured, clock.last(id) - start) : captured;
  // Not yet known whether the SYN-ACK will come again.
  if (synAcks === 1) return clock.end - start <= RESEND_SECONDS ? clock.end : null;
  return lastSynAck(lives, clock, id) + 2 ** Math.min(synAcks - 1, MAX_DOUBLINGS);
}

/** The timer doubles from a second to two minutes at most (RFC 6298; TCP_RTO_MAX). */
const MAX_DOUBLINGS = 6;

/** The record's last frame is a SYN-ACK unless the originator sent its SYN again. */
function lastSynAck(lives: Lives, clock: Clock, id: number): number {
  if (lives.c.words[id * WORDS + Word.framesA]! <= 1) return clock.last(id);
  const story = lives.story(id);
  const last = story?.segments[story.lastSynAck[1]];
  return last === undefined ? clock.last(id) : clock.at(last.seconds, last.nanoseconds);
}

const completedEntry: EntryWriter = (lives, clock, { ids }, row, { from, to }, place) => {
  const story = lives.story(ids[row]!);
  if (story === null) return false;
  const first = story.segments.find((s) => s.side === 1 && isSynAck(s));
  const ack = story.segments.slice(story.lastSynAck[1] + 1).find((s) => s.side === 0 && isPlainAck(s));
  if (first === undefined || ack === undefined) return false;
  from[place] = clock.at(first.seconds, first.nanoseconds);
  to[place] = clock.at(ack.seconds, ack.nanoseconds);
  return true;
};
