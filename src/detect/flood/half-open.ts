/**
 * The victim's SYN queue, rebuilt from what the capture shows of it. An entry begins with its SYN. It ends with the ACK or
 * RST of the originator, or at the timer after its last SYN-ACK: a kernel that still held it would have sent the next one.
 * A SYN-ACK that never came again was a SYN cookie, which takes no entry.
 */
import { lifeAtEnd } from '../../flow/life/life.ts';
import type { Connections } from '../../flow/connections.ts';
import { Life } from '../../flow/milestones.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { isPlainAck, isSynAck } from '../../flow/life/story.ts';
import { Attempt, type Clock } from './attempts.ts';
import type { Columns } from './columns.ts';
import { MAX_QUEUE_ENTRIES } from './limits.ts';
import { RESEND_SECONDS } from './thresholds.ts';

/** One half-open connection, in seconds from the capture's beginning. */
interface Entry {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

export class HalfOpen {
  readonly entries: readonly Entry[];
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly peak: number;
  /** When the peak was reached first. */
  readonly peakAt: number;

  constructor(entries: readonly Entry[]) {
    this.entries = entries;
    this.#starts = Float64Array.from(entries, ({ from }) => from).toSorted();
    this.#ends = Float64Array.from(entries, ({ to }) => to).toSorted();
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

export function halfOpenOf(c: Connections, clock: Clock, { ids, kind }: Columns, limits: Set<string>): HalfOpen {
  const entries: Entry[] = [];
  for (let i = 0; i < ids.length; i++) {
    // A SYN without an answer has no place.
    if (kind[i] === Attempt.unanswered || kind[i] === Attempt.refused) continue;
    const entry = entryOf(c, clock, ids[i]!, kind[i]!);
    if (entry === null) continue;
    if (entries.length >= MAX_QUEUE_ENTRIES) {
      limits.add('flood-queue');
      break;
    }
    entries.push(entry);
  }
  return new HalfOpen(entries);
}

/** Null for an attempt that never had a place in the queue. */
function entryOf(c: Connections, clock: Clock, id: number, attempt: number): Entry | null {
  if (attempt === Attempt.completed) return completedEntry(c, clock, id);
  const to = endOf(c, clock, id, attempt);
  return to === null ? null : { id, from: clock.start(id), to };
}

function endOf(c: Connections, clock: Clock, id: number, attempt: number): number | null {
  const synAcks = c.words[id * WORDS + Word.framesB]!;
  if (attempt === Attempt.reset) return synAcks > 0 ? clock.last(id) : null;
  if (attempt !== Attempt.halfOpen) return null;
  const isFresh = clock.end - clock.start(id) <= RESEND_SECONDS;
  // Not yet known whether the SYN-ACK will come again.
  if (synAcks === 1) return isFresh ? clock.end : null;
  return lastSynAck(c, clock, id) + 2 ** Math.min(synAcks - 1, MAX_DOUBLINGS);
}

/** The timer doubles from a second to two minutes at most (RFC 6298; TCP_RTO_MAX). */
const MAX_DOUBLINGS = 6;

/** The record's last frame is a SYN-ACK unless the originator sent its SYN again. */
function lastSynAck(c: Connections, clock: Clock, id: number): number {
  if (c.word(id, Word.framesA) <= 1) return clock.last(id);
  const story = lifeAtEnd(c, id)?.story;
  const last = story?.segments[story.lastSynAck[1]];
  return last === undefined ? clock.last(id) : clock.at(last.seconds, last.nanoseconds);
}

/** A handshake in good order takes a round trip; only one whose SYN or SYN-ACK came again is worth a look. */
function completedEntry(c: Connections, clock: Clock, id: number): Entry | null {
  if ((c.word(id, Word.life) & Life.again) === 0) return null;
  const story = lifeAtEnd(c, id)?.story;
  if (story === undefined) return null;
  const first = story.segments.find((s) => s.side === 1 && isSynAck(s));
  const ack = story.segments.slice(story.lastSynAck[1] + 1).find((s) => s.side === 0 && isPlainAck(s));
  if (first === undefined || ack === undefined) return null;
  return { id, from: clock.at(first.seconds, first.nanoseconds), to: clock.at(ack.seconds, ack.nanoseconds) };
}
