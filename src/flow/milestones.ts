/**
 * Segments that can change the state of an end are kept one by one: SYN, FIN, RST, whatever comes before the handshake is
 * done, the first ACK of each FIN, the first answer to each RST, the first data into a half-closed connection. All other
 * segments only count. Memory follows connections, not packets: floods of bare first segments cost no entry at all.
 * The life of a connection (`flow/life/`) is replayed from these.
 */
import { Arena } from '../bytes/arena.ts';
import { MAX_MILESTONES, MAX_MILESTONES_EACH, MILESTONES_FOR_CLOSE } from './limits.ts';
import { FIN, RST, SYN } from '../wire/tcp.ts';

/** Words of one entry. */
const WORDS = 12;
const Entry = {
  /** The connection's entry before this one, counted from 1; none when not positive (see `Word.milestone`). */
  previous: 0,
  frame: 1,
  seconds: 2,
  nanoseconds: 3,
  sequence: 4,
  acknowledgment: 5,
  /** Flags in bits 0-7, side in bit 8, `KNOWN`, `NEWS`, TTL in bits 16-23, `ODD_TTL`. */
  kind: 6,
  payloadLength: 7,
  windowField: 8,
  /** Milliseconds since the segment before it, of either end. */
  idle: 9,
  /** Highest sequence number its sender had sent before, and the highest its peer had acknowledged. */
  sndNxt: 10,
  acked: 11,
} as const;
const KNOWN = 1 << 9;
const NEWS = 1 << 10;
const TTL_SHIFT = 16;
const ODD_TTL = 1 << 24;

/** A segment that is kept, as `Milestones.read` gives it. */
export interface Milestone {
  readonly side: 0 | 1;
  readonly frame: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly flags: number;
  /** As on the wire, signed: compare with `seqDiff`. */
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly payloadLength: number;
  /** Null for the first segment of a connection when it carried no payload: it has no entry of its own. */
  readonly windowField: number | null;
  readonly ttl: number;
  /** No earlier packet of its sender had this TTL. */
  readonly oddTtl: boolean;
  readonly idleMilliseconds: number;
  /** Null before the handshake is done. */
  readonly sndNxt: number | null;
  readonly acked: number | null;
  /** It acknowledges more than its sender had acknowledged before. */
  readonly newlyAcks: boolean;
}

/** Bits of the record's `Word.life`. Those of the responder stand one bit above the originator's. */
export const Life = {
  flagsMask: 255,
  /** The first segment was bare (no payload): its flags are in bits 0-7, the rest is in the record. */
  bare: 1 << 8,
  /** The next segment of this end is kept, whatever it is. */
  nextA: 1 << 9,
  /** The peer sent FIN: the segment of this end that acknowledges it is kept. */
  coverA: 1 << 11,
  /** The peer sent FIN: the first data of this end after it is kept. */
  lateA: 1 << 13,
  /** Sequence numbers in the endpoint row are set. */
  followedA: 1 << 15,
  /** Entries were left out. */
  cut: 1 << 17,
  countShift: 18,
  countMask: 255,
  /** This end acknowledged something: its row holds the highest number. */
  ackedA: 1 << 26,
  /** A SYN or SYN-ACK was sent again, or the responder sent a SYN. */
  again: 1 << 28,
} as const;

/** Bits that make the next segment of the originator worth a look; shift left by one for the responder. */
export const DUE = Life.nextA | Life.coverA | Life.lateA;

export class Milestones {
  readonly #store = new Arena(WORDS * 4 * 1024);
  #count = 0;
  /** The limit for the whole capture, or for one connection, was reached. */
  limitReached = false;

  /** Room for one more entry behind `previous`, the last of `count`; 0 when there is none. */
  add(previous: number, count: number, isClosing: boolean): number {
    const most = isClosing ? MAX_MILESTONES_EACH : MAX_MILESTONES_EACH - MILESTONES_FOR_CLOSE;
    if (count >= most || this.#count >= MAX_MILESTONES) return this.#full();
    if (!this.#store.ensure((this.#count + 1) * WORDS * 4)) return this.#full();
    this.#store.i32[this.#count * WORDS + Entry.previous] = previous;
    return ++this.#count;
  }

  #full(): number {
    this.limitReached = true;
    return 0;
  }

  /** What the entry that `add` made says of its segment. */
  write(
    entry: number,
    frame: number,
    seconds: number,
    nanoseconds: number,
    side: number,
    flags: number,
    sequence: number,
    acknowledgment: number,
  ): void {
    const words = this.#store.i32;
    const at = (entry - 1) * WORDS;
    words[at + Entry.frame] = frame;
    words[at + Entry.seconds] = seconds;
    words[at + Entry.nanoseconds] = nanoseconds;
    words[at + Entry.kind] = (flags & 255) | (side << 8);
    words[at + Entry.sequence] = sequence;
    words[at + Entry.acknowledgment] = acknowledgment;
  }

  describe(entry: number, payloadLength: number, windowField: number, ttl: number): void {
    const words = this.#store.i32;
    const at = (entry - 1) * WORDS;
    words[at + Entry.payloadLength] = payloadLength;
    words[at + Entry.windowField] = windowField;
    words[at + Entry.kind]! |= ttl << TTL_SHIFT;
  }

  context(entry: number, oddTtl: boolean, idleMilliseconds: number): void {
    const words = this.#store.i32;
    const at = (entry - 1) * WORDS;
    words[at + Entry.idle] = idleMilliseconds;
    if (oddTtl) words[at + Entry.kind]! |= ODD_TTL;
  }

  /** Where the sender's numbers stood before this segment, and what its peer had acknowledged. */
  place(entry: number, sndNxt: number, acked: number): void {
    const words = this.#store.i32;
    const at = (entry - 1) * WORDS;
    words[at + Entry.kind]! |= KNOWN;
    words[at + Entry.sndNxt] = sndNxt;
    words[at + Entry.acked] = acked;
  }

  /** The segment acknowledges more than its sender had acknowledged before. */
  news(entry: number): void {
    this.#store.i32[(entry - 1) * WORDS + Entry.kind]! |= NEWS;
  }

  /** The entries of a connection, oldest first. `last` is its `Word.milestone`. */
  read(last: number): Milestone[] {
    const list: Milestone[] = [];
    for (let entry = last; entry > 0; entry = this.#store.i32[(entry - 1) * WORDS + Entry.previous]!) {
      list.push(this.#one((entry - 1) * WORDS));
    }
    return list.toReversed();
  }

  #one(at: number): Milestone {
    const words = this.#store.i32;
    const kind = words[at + Entry.kind]!;
    const known = (kind & KNOWN) !== 0;
    return {
      side: (kind & 256) === 0 ? 0 : 1,
      frame: words[at + Entry.frame]! >>> 0,
      seconds: words[at + Entry.seconds]! >>> 0,
      nanoseconds: words[at + Entry.nanoseconds]!,
      flags: kind & 255,
      sequence: words[at + Entry.sequence]!,
      acknowledgment: words[at + Entry.acknowledgment]!,
      payloadLength: words[at + Entry.payloadLength]! >>> 0,
      windowField: words[at + Entry.windowField]!,
      ttl: (kind >>> TTL_SHIFT) & 255,
      oddTtl: (kind & ODD_TTL) !== 0,
      idleMilliseconds: words[at + Entry.idle]!,
      sndNxt: known ? words[at + Entry.sndNxt]! : null,
      acked: known ? words[at + Entry.acked]! : null,
      newlyAcks: (kind & NEWS) !== 0,
    };
  }
}

/** What a kept segment makes due: an ACK of a FIN, an answer to a RST, SYN or SYN-ACK. Bits of `Life`. */
export function duties(flags: number, side: number): number {
  const peer = side ^ 1;
  if ((flags & RST) !== 0) return (Life.nextA << peer) | (Life.nextA << side);
  if ((flags & SYN) !== 0) return Life.nextA << peer;
  if ((flags & FIN) !== 0) return (Life.coverA | Life.lateA) << peer;
  return 0;
}

/** True for a segment that is kept for its flags alone. */
export const turns = (flags: number): boolean => (flags & (SYN | FIN | RST)) !== 0;

/** The segment takes this much of the sequence space (RFC 9293 section 3.4). */
export const segmentLength = (flags: number, payloadLength: number): number =>
  payloadLength + (flags & SYN ? 1 : 0) + (flags & FIN ? 1 : 0);
