/**
 * The segments of one connection, one by one, in memory that does not grow with it: the first ones, and a ring of the
 * last ones, so that the closing is shown of connections of any length.
 */
import { Arena } from '../../bytes/arena.ts';
import type { Moment } from '../life/moment.ts';
import type { Side } from '../life/story.ts';
import { MAX_LADDER_SEGMENTS, MAX_LADDER_TAIL } from '../limits.ts';

/** A segment or datagram as it was sent. Sequence numbers are signed: compare them with `seqDiff`. */
export interface LadderSegment extends Moment {
  readonly side: Side;
  readonly frame: number;
  /** The rest is 0 for UDP, but for `payloadLength` and `ttl`. */
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly payloadLength: number;
  readonly windowField: number;
  /** What a SYN offers, see `wire/tcp-options.ts`; 0 for every other segment. */
  readonly options: number;
  readonly ttl: number;
  /** Numbers in the blocks of its selective acknowledgment. */
  readonly sacked: number;
  /** The header contradicts itself: flags and lengths mean little. */
  readonly broken: boolean;
}

/** The same to be filled in again and again while capturing. */
export type Draft = { -readonly [Key in keyof LadderSegment]: LadderSegment[Key] };

export const newDraft = (): Draft => ({
  side: 0,
  frame: 0,
  seconds: 0,
  nanoseconds: 0,
  flags: 0,
  sequence: 0,
  acknowledgment: 0,
  payloadLength: 0,
  windowField: 0,
  options: 0,
  ttl: 0,
  sacked: 0,
  broken: false,
});

const WORDS = 10;
/** Bits of the word for flags, side and the like. */
const SIDE = 1 << 8;
const BROKEN = 1 << 9;
const TTL_SHIFT = 16;

export class LadderSegments {
  readonly #store = new Arena(WORDS * 4 * 1024);
  readonly #head: number;
  readonly #tail: number;
  /** Segments seen. */
  count = 0;
  #memoryEnded = false;

  constructor(limit = MAX_LADDER_SEGMENTS, tail = MAX_LADDER_TAIL) {
    this.#head = limit - tail;
    this.#tail = tail;
  }

  /** Segments in the middle that were not kept. */
  get leftOut(): number {
    return Math.max(0, this.count - this.#head - this.#tail);
  }

  get limitReached(): boolean {
    return this.leftOut > 0 || this.#memoryEnded;
  }

  add(s: LadderSegment): void {
    const row = this.count < this.#head ? this.count : this.#head + ((this.count - this.#head) % this.#tail);
    if (!this.#store.ensure((row + 1) * WORDS * 4)) {
      this.#memoryEnded = true;
      return;
    }
    this.count++;
    const words = this.#store.i32;
    const at = row * WORDS;
    words[at] = s.frame;
    words[at + 1] = s.seconds;
    words[at + 2] = s.nanoseconds;
    words[at + 3] = s.sequence;
    words[at + 4] = s.acknowledgment;
    words[at + 5] = (s.flags & 255) | (s.side === 0 ? 0 : SIDE) | (s.broken ? BROKEN : 0) | (s.ttl << TTL_SHIFT);
    words[at + 6] = s.payloadLength;
    words[at + 7] = s.windowField;
    words[at + 8] = s.options;
    words[at + 9] = s.sacked;
  }

  /** The first ones, in the order of the capture. */
  *first(): Generator<LadderSegment> {
    for (let row = 0; row < Math.min(this.count, this.#head); row++) yield this.#read(row);
  }

  /** The last ones; `leftOut` of them are missing between the first and these. */
  *last(): Generator<LadderSegment> {
    const beyond = this.count - this.#head;
    for (let i = Math.max(0, beyond - this.#tail); i < beyond; i++) yield this.#read(this.#head + (i % this.#tail));
  }

  #read(row: number): LadderSegment {
    const words = this.#store.i32;
    const at = row * WORDS;
    const kind = words[at + 5]!;
    return {
      side: (kind & SIDE) === 0 ? 0 : 1,
      frame: words[at]! >>> 0,
      seconds: words[at + 1]! >>> 0,
      nanoseconds: words[at + 2]!,
      flags: kind & 255,
      sequence: words[at + 3]!,
      acknowledgment: words[at + 4]!,
      payloadLength: words[at + 6]! >>> 0,
      windowField: words[at + 7]!,
      options: words[at + 8]!,
      ttl: (kind >>> TTL_SHIFT) & 255,
      sacked: words[at + 9]! >>> 0,
      broken: (kind & BROKEN) !== 0,
    };
  }
}
