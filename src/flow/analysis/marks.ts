/**
 * What Wireshark's TCP analysis says of single segments (`tcp.analysis.*`), one bit each; counts of an end, and the
 * frames that bear the marks. Ends without any mark take no memory here.
 */
import { Arena } from '../../bytes/arena.ts';
import { MAX_MARKED_ENDS, MAX_MARKED_FRAMES, MAX_MARKED_FRAMES_EACH } from '../limits.ts';

/** In the order of the bits. A fast or a spurious retransmission is marked as a retransmission too. */
export const markNames = [
  'retransmission',
  'fastRetransmission',
  'spuriousRetransmission',
  'outOfOrder',
  'duplicateAck',
  'lostSegment',
  'ackedUnseenSegment',
  'zeroWindow',
  'zeroWindowProbe',
  'zeroWindowProbeAck',
  'windowFull',
  'windowUpdate',
  'keepAlive',
  'keepAliveAck',
  'reusedPorts',
] as const;
export type MarkName = (typeof markNames)[number];

export const Mark = {
  retransmission: 1,
  fastRetransmission: 1 << 1,
  spuriousRetransmission: 1 << 2,
  outOfOrder: 1 << 3,
  duplicateAck: 1 << 4,
  lostSegment: 1 << 5,
  ackedUnseenSegment: 1 << 6,
  zeroWindow: 1 << 7,
  zeroWindowProbe: 1 << 8,
  zeroWindowProbeAck: 1 << 9,
  windowFull: 1 << 10,
  windowUpdate: 1 << 11,
  keepAlive: 1 << 12,
  keepAliveAck: 1 << 13,
  reusedPorts: 1 << 14,
} as const satisfies Record<MarkName, number>;

/** Words of an end: a count for each mark, then its newest entry among the frames. */
const WORDS = 16;
const NEWEST = markNames.length;
/** Words of a frame's entry: the end's entry before it (0 for none), frame number, marks. */
const ENTRY_WORDS = 3;

export interface MarkedFrame {
  readonly frame: number;
  /** Bits of `Mark`. */
  readonly marks: number;
}

export class Marks {
  readonly #ends = new Arena(WORDS * 4 * 256);
  readonly #frames = new Arena(ENTRY_WORDS * 4 * 1024);
  #endCount = 0;
  #frameCount = 0;
  /** There was no room for the marks of an end, or for the frames of all of them. */
  limitReached = false;

  /** Notes the marks of a segment for the end with entry `end`, 0 for none yet. Returns the entry; 0: no room. */
  add(end: number, marks: number, frame: number): number {
    const entry = end !== 0 ? end : this.#newEnd();
    if (entry === 0) return 0;
    const words = this.#ends.i32;
    const at = (entry - 1) * WORDS;
    let wanted = false;
    for (let i = 0, left = marks; left !== 0; i++, left >>>= 1) {
      if ((left & 1) !== 0 && ++words[at + i]! <= MAX_MARKED_FRAMES_EACH) wanted = true;
    }
    if (wanted) words[at + NEWEST] = this.#keep(words[at + NEWEST]!, marks, frame);
    return entry;
  }

  #newEnd(): number {
    if (this.#endCount < MAX_MARKED_ENDS && this.#ends.ensure((this.#endCount + 1) * WORDS * 4)) {
      return ++this.#endCount;
    }
    this.limitReached = true;
    return 0;
  }

  #keep(previous: number, marks: number, frame: number): number {
    const at = this.#frameCount * ENTRY_WORDS;
    if (this.#frameCount >= MAX_MARKED_FRAMES || !this.#frames.ensure((at + ENTRY_WORDS) * 4)) {
      this.limitReached = true;
      return previous;
    }
    const words = this.#frames.i32;
    words[at] = previous;
    words[at + 1] = frame;
    words[at + 2] = marks;
    return ++this.#frameCount;
  }

  /** How many segments of an end bear the mark with this bit's number. */
  count(end: number, bit: number): number {
    return end === 0 ? 0 : this.#ends.i32[(end - 1) * WORDS + bit]! >>> 0;
  }

  /** Marked frames of an end in order of the capture; of each mark `MAX_MARKED_FRAMES_EACH` at least, if there are. */
  frames(end: number): MarkedFrame[] {
    const list: MarkedFrame[] = [];
    const words = this.#frames.i32;
    let entry = end === 0 ? 0 : this.#ends.i32[(end - 1) * WORDS + NEWEST]!;
    for (; entry !== 0; entry = words[(entry - 1) * ENTRY_WORDS]!) {
      const at = (entry - 1) * ENTRY_WORDS;
      list.push({ frame: words[at + 1]! >>> 0, marks: words[at + 2]! });
    }
    return list.toReversed();
  }
}
