/**
 * Segments that were sent and not acknowledged yet, with their times: an ACK that ends where one of them does measures a
 * round trip. Of each end a ring in the order of sequence numbers, in memory that is handed back when all is acknowledged.
 *
 * As in tcptrace, and by Karn's rule (RFC 6298 section 3), a segment that was sent again measures nothing, nor does one
 * whose ACK had to wait for another that was sent later than it.
 */
import { Arena } from '../../bytes/arena.ts';
import { nanosecondsTo } from '../../bytes/interval.ts';
import { seqDiff } from '../../bytes/sequence.ts';
import { MAX_TIMED_BYTES, MAX_TIMED_SEGMENTS, MAX_UNANSWERED_SEGMENTS } from '../limits.ts';
import { Bit, Field, type MeasuredRows, Sum, sumsOf } from './rows.ts';

/** Words of a segment: the number behind it, its length and `RESENT`, when it was sent. */
const WORDS = 4;
const RESENT = 0x80000000 | 0;
const LEAST = 8;
/** Until so much memory is in use (8 MB), rings are not handed back. */
const KEPT_WORDS = 1 << 21;
/** In place of seconds that 32 bits do not hold. */
const NO_TIME = -1;

export class TimedSegments {
  readonly #rows: MeasuredRows;
  readonly #store = new Arena(LEAST * WORDS * 4 * 64);
  /** Four words of each segment, from where `slot` says. */
  words: Int32Array = this.#store.i32;
  /** Words in use. */
  #used = 0;
  /** By size, the offset + 1 of the first ring that was handed back; its first word leads to the next. */
  readonly #free = new Int32Array(Math.log2(MAX_TIMED_SEGMENTS) + 1);
  limitReached = false;
  /** Number of the frame that is looked at: that of `acknowledged` is to be set before. */
  frame = 0;

  constructor(rows: MeasuredRows) {
    this.#rows = rows;
  }

  /** `row` sent `length` new numbers up to `end`, beyond all that it sent before. */
  sent(row: number, end: number, length: number, seconds: number, nanoseconds: number): void {
    const { words } = this.#rows;
    const count = words[row + Field.count]!;
    if ((words[row + Field.ring] === 0 || count === words[row + Field.capacity]) && !this.#grow(row, count)) {
      words[row + Field.untimed]!++;
      return;
    }
    const mask = words[row + Field.capacity]! - 1;
    const at = words[row + Field.ring]! - 1 + ((words[row + Field.head]! + count) & mask) * WORDS;
    words[row + Field.count] = count + 1;
    const ring = this.words;
    ring[at] = end;
    ring[at + 1] = length;
    ring[at + 2] = seconds;
    ring[at + 3] = nanoseconds;
  }

  /** Offset in `words` of the next segment of `row`, where `room` is above 0. */
  slot(row: number): number {
    const { words } = this.#rows;
    const mask = words[row + Field.capacity]! - 1;
    return words[row + Field.ring]! - 1 + ((words[row + Field.head]! + words[row + Field.count]!) & mask) * WORDS;
  }

  /** Segments of `row` for which there is room in one piece; 0 may mean that there would be some elsewhere. */
  room(row: number): number {
    const { words } = this.#rows;
    if (words[row + Field.ring] === 0) return 0;
    const capacity = words[row + Field.capacity]!;
    const count = words[row + Field.count]!;
    const tail = (words[row + Field.head]! + count) & (capacity - 1);
    return Math.min(capacity - count, capacity - tail);
  }

  /** `segments` more were written from `slot` on, no more than there was `room` for. */
  took(row: number, segments: number): void {
    this.#rows.words[row + Field.count]! += segments;
  }

  #put(at: number, end: number, length: number, seconds: number, nanoseconds: number): void {
    const ring = this.words;
    ring[at] = end;
    ring[at + 1] = length;
    ring[at + 2] = seconds;
    ring[at + 3] = nanoseconds;
  }

  /** The peer of `row` acknowledged all up to `ack`. */
  acknowledged(row: number, ack: number, seconds: number, nanoseconds: number): void {
    const { words } = this.#rows;
    if (seqDiff(ack, words[row + Field.acked]!) <= 0) return;
    words[row + Field.acked] = ack;
    words[row + Field.bits]! |= Bit.answered;
    let count = words[row + Field.count]!;
    if (count === 0) return;
    const ring = this.words;
    const base = words[row + Field.ring]! - 1;
    const mask = words[row + Field.capacity]! - 1;
    let head = words[row + Field.head]!;
    const hasResends = (words[row + Field.bits]! & Bit.resends) !== 0;
    let last = -1;
    let latest = -1;
    for (; count > 0; count--) {
      const at = base + head * WORDS;
      if (((ring[at]! - ack) | 0) > 0) break;
      last = at;
      if (hasResends && (latest < 0 || this.#since(latest, ring[at + 2]!, ring[at + 3]!) <= 0)) latest = at;
      head = (head + 1) & mask;
    }
    if (last < 0) return;
    words[row + Field.head] = head;
    words[row + Field.count] = count;
    if (ring[last] === ack && ring[last + 1]! >= 0 && (!hasResends || latest === last)) {
      this.#sample(row, last, seconds, nanoseconds);
    }
    if (count === 0) this.#handBack(row);
  }

  /** Nanoseconds from a moment to when the segment at `at` was sent. */
  #since(at: number, seconds: number, nanoseconds: number): number {
    const ring = this.words;
    return nanosecondsTo(seconds, nanoseconds, ring[at + 2]!, ring[at + 3]!);
  }

  #sample(row: number, at: number, seconds: number, nanoseconds: number): void {
    const time = -this.#since(at, seconds, nanoseconds);
    // The capture runs backwards, or 32 bits do not hold its times.
    if (time < 0 || this.words[at + 2] === NO_TIME || seconds === NO_TIME) return;
    const { words, doubles } = this.#rows;
    const sums = sumsOf(row);
    const samples = words[row + Field.samples]!;
    words[row + Field.samples] = samples + 1;
    doubles[sums + Sum.total]! += time;
    if (samples === 0 || time < doubles[sums + Sum.least]!) {
      doubles[sums + Sum.least] = time;
      words[row + Field.leastFrame] = this.frame;
    }
    if (time > doubles[sums + Sum.most]!) {
      doubles[sums + Sum.most] = time;
      words[row + Field.mostFrame] = this.frame;
    }
    const next = words[row + Field.next]!;
    if (words[row + Field.paired] !== next) this.#pair(row, next, time);
  }

  /** Something was sent since the last pair: what is on its way now was sent within the round trip of `time`. */
  #pair(row: number, next: number, time: number): void {
    const { words, doubles } = this.#rows;
    const sums = sumsOf(row);
    const flight = seqDiff(next, words[row + Field.acked]!);
    words[row + Field.paired] = next;
    words[row + Field.pairs]!++;
    doubles[sums + Sum.flight]! += flight;
    doubles[sums + Sum.roundTrip]! += time;
    doubles[sums + Sum.product]! += flight * time;
    doubles[sums + Sum.flightSquared]! += flight * flight;
    doubles[sums + Sum.roundTripSquared]! += time * time;
  }

  /** Numbers from `from` to `to` were sent again. */
  resent(row: number, from: number, to: number, seconds: number, nanoseconds: number): void {
    const ring = this.words;
    const count = this.#rows.words[row + Field.count]!;
    if (count > 0) this.#rows.words[row + Field.bits]! |= Bit.resends;
    for (let i = this.#find(row, from); i < count; i++) {
      const at = this.#at(row, i);
      const length = ring[at + 1]! & ~RESENT;
      if (seqDiff((ring[at]! - length) | 0, to) >= 0) return;
      this.#put(at, ring[at]!, length | RESENT, seconds, nanoseconds);
    }
  }

  /** Numbers up to `end` came late: others behind them were sent before. */
  late(row: number, end: number, length: number, seconds: number, nanoseconds: number): void {
    const { words } = this.#rows;
    const before = words[row + Field.count]!;
    const place = this.#find(row, (end - 1) | 0);
    this.sent(row, end, length, seconds, nanoseconds);
    if (words[row + Field.count] === before) return;
    words[row + Field.bits]! |= Bit.resends;
    const ring = this.words;
    for (let i = before; i > place; i--) {
      const at = this.#at(row, i);
      ring.copyWithin(at, this.#at(row, i - 1), this.#at(row, i - 1) + WORDS);
    }
    this.#put(this.#at(row, place), end, length, seconds, nanoseconds);
  }

  #at(row: number, i: number): number {
    const { words } = this.#rows;
    const place = (words[row + Field.head]! + i) & (words[row + Field.capacity]! - 1);
    return words[row + Field.ring]! - 1 + place * WORDS;
  }

  /** The first segment that ends behind `number`; the count when there is none. */
  #find(row: number, number: number): number {
    let low = 0;
    let high = this.#rows.words[row + Field.count]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (seqDiff(this.words[this.#at(row, middle)]!, number) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Forgets all segments of an end. */
  clear(row: number): void {
    const { words } = this.#rows;
    words[row + Field.count] = 0;
    if (words[row + Field.ring] !== 0) this.#handBack(row);
  }

  /** The end has no segments any more. */
  #handBack(row: number): void {
    const { words } = this.#rows;
    words[row + Field.head] = 0;
    words[row + Field.bits]! &= ~Bit.resends;
    // As long as there is little, ends keep their rings for the next segments.
    if (this.#used <= KEPT_WORDS) return;
    this.#release(words[row + Field.ring]!, words[row + Field.capacity]!);
    words[row + Field.ring] = 0;
  }

  #release(ring: number, capacity: number): void {
    const size = sizeOf(capacity);
    this.words[ring - 1] = this.#free[size]!;
    this.#free[size] = ring;
  }

  /** Makes room for one more. False when there is none: segments are not timed then until some were acknowledged. */
  #grow(row: number, count: number): boolean {
    const { words } = this.#rows;
    const capacity = words[row + Field.capacity]!;
    if (words[row + Field.ring] === 0) return this.#obtain(row, capacity === 0 ? LEAST : capacity);
    // Where nothing is ever acknowledged, the capture has only one direction.
    const most = (words[row + Field.bits]! & Bit.answered) === 0 ? MAX_UNANSWERED_SEGMENTS : MAX_TIMED_SEGMENTS;
    if (capacity >= most) return false;
    const ring = words[row + Field.ring]!;
    const head = words[row + Field.head]!;
    if (!this.#obtain(row, 2 * capacity)) return false;
    const into = words[row + Field.ring]! - 1;
    for (let i = 0; i < count; i++) {
      const from = ring - 1 + ((head + i) & (capacity - 1)) * WORDS;
      this.words.copyWithin(into + i * WORDS, from, from + WORDS);
    }
    words[row + Field.head] = 0;
    this.#release(ring, capacity);
    return true;
  }

  #obtain(row: number, capacity: number): boolean {
    const { words } = this.#rows;
    const size = sizeOf(capacity);
    let ring = this.#free[size]!;
    if (ring !== 0) this.#free[size] = this.words[ring - 1]!;
    else {
      const bytes = (this.#used + capacity * WORDS) * 4;
      if (bytes > MAX_TIMED_BYTES || !this.#store.ensure(bytes)) {
        this.limitReached = true;
        return false;
      }
      this.words = this.#store.i32;
      ring = this.#used + 1;
      this.#used += capacity * WORDS;
    }
    words[row + Field.ring] = ring;
    words[row + Field.capacity] = capacity;
    return true;
  }
}

const sizeOf = (capacity: number): number => 31 - Math.clz32(capacity);
