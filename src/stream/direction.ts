/**
 * One direction of a connection: segments in the order of the capture -> bytes in order. What comes in order goes on
 * without a copy; what comes early waits. A hole is given up when the peer acknowledged bytes behind it, when too much
 * waits, or when nothing more comes: its bytes are told as a gap, never guessed.
 */
import { seqDiff } from '../bytes/sequence.ts';
import { elapsed } from '../flow/life/moment.ts';
import { FIN, RST, SYN } from '../wire/tcp.ts';
import type { Budget } from './budget.ts';
import { Conflicts } from './conflicts.ts';
import { Delivered } from './delivered.ts';
import { Held, type HeldSegment, type Piece, bytesOf } from './held.ts';
import type { OverlapPolicy } from './overlap.ts';
import type { Circumstances, Sending } from './sending.ts';
import type { Arrival, Carrier, GapKind, Side, StreamSegment, StreamSink } from './segment.ts';

const NO_BYTES = new Uint8Array(0);
/** RFC 7323 section 2.3: no more can be on its way; an acknowledgment beyond is nonsense. */
const MAX_WINDOW = 2 ** 30;
const UNKNOWN: Circumstances = { size: 'unknown', moment: 'idle', fillsWindow: false };

export class Direction {
  readonly #side: Side;
  readonly #sink: StreamSink;
  readonly #held: Held;
  /** Null where nobody asks for conflicts. */
  readonly #delivered: Delivered | null;
  readonly conflicts = new Conflicts();
  /** Stream offset of the next byte in order, and its sequence number. */
  offset = 0;
  #next = 0;
  #started = false;
  /** Offset of the FIN; Infinity while none was seen. */
  #fin = Infinity;
  /** The highest offset that the peer acknowledged. */
  #acknowledged = 0;
  #ended = false;
  /** Bytes that came again, and those of them that could no longer be compared. */
  resentBytes = 0;
  uncomparedBytes = 0;
  lostBytes = 0;
  cutBytes = 0;
  /** Holes given up because a limit was reached. */
  limited = 0;
  /** The segment that is delivered, filled in again. */
  readonly #carrier = { frame: 0, seconds: 0, nanoseconds: 0, start: 0, end: 0, sent: UNKNOWN };

  /** The last segment with data. */
  readonly #previous = { seconds: 0, nanoseconds: 0 };

  constructor(side: Side, sink: StreamSink, policy: OverlapPolicy, budget: Budget, judges: boolean) {
    this.#side = side;
    this.#sink = sink;
    this.#held = new Held(policy, budget, this.conflicts);
    this.#delivered = judges ? new Delivered(budget) : null;
  }

  /** `shut`: the peer's window was zero. */
  take(s: StreamSegment, shut: boolean, sending: Sending | null): void {
    const first = (s.flags & SYN) === 0 ? s.sequence : (s.sequence + 1) | 0;
    this.#begin(s, first);
    // What a RST carries is a reason for people (RFC 9293 section 3.10.7.4), not a part of the stream.
    if ((s.flags & RST) !== 0) return;
    const start = this.offset + seqDiff(first, this.#next);
    const end = start + s.length;
    if (s.length > 0) {
      this.#place(s, start, end, shut, sending);
      this.#previous.seconds = s.seconds;
      this.#previous.nanoseconds = s.nanoseconds;
    }
    if ((s.flags & FIN) !== 0 && this.#fin === Infinity && end >= this.offset) this.#fin = end;
    this.#endAtFin(s);
  }

  /** The peer has everything up to `acknowledgment`: what is missing there will not come. */
  acknowledged(acknowledgment: number, now: Arrival): void {
    if (!this.#started) return;
    const upTo = this.offset + seqDiff(acknowledgment, this.#next);
    if (upTo > this.#acknowledged) this.#acknowledged = upTo;
    if (this.#held.first === Infinity) return;
    while (this.#held.first < upTo) this.#giveUp(now);
  }

  /** Nothing is wanted any more: memory is given back. */
  release(): void {
    this.#ended = true;
    this.#held.clear();
    this.#delivered?.release();
  }

  /** Nothing more comes: holes that are left are gaps. */
  finish(now: Arrival): void {
    while (this.#held.first < Infinity) this.#giveUp(now);
    if (!this.#started || this.#ended) return;
    const unseen = this.#unseen();
    if (unseen > 0) this.#tellGap(unseen, 'lost', now);
    this.#end(null);
  }

  /** Bytes behind all others that the FIN or an acknowledgment tells of. One byte that was acknowledged may be a FIN. */
  #unseen(): number {
    if (this.#fin !== Infinity) return this.#fin - this.offset;
    const bytes = this.#acknowledged - this.offset;
    return bytes > 1 && bytes <= MAX_WINDOW ? bytes : 0;
  }

  /** All bytes up to the FIN were told, or nothing more will come. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Numbers start at the first segment, and again at a SYN as long as nothing came. */
  #begin(s: StreamSegment, first: number): void {
    const isNew = this.offset === 0 && this.#held.first === Infinity;
    if (this.#started && !(isNew && (s.flags & SYN) !== 0)) return;
    // A reset of a connection that never was has a number of its own.
    if ((s.flags & RST) !== 0) return;
    this.#next = first;
    this.#started = true;
  }

  #place(s: StreamSegment, start: number, end: number, shut: boolean, sending: Sending | null): void {
    if (this.#ended) return;
    if (start < this.offset) this.#compare(s, start, Math.min(end, this.offset));
    if (end <= this.offset) return;
    const sent = sending === null ? UNKNOWN : sending.judge(s);
    const isProbe = shut && s.length === 1 && start === this.offset;
    if (start <= this.offset && end <= this.#held.first && !isProbe) return this.#pass(s, start, end, sent);
    this.#hold(s, start, end, isProbe, sent);
    if (!isProbe) this.#deliverHeld(s);
  }

  /** In order, and nothing waits where it is: no copy. */
  #pass(s: StreamSegment, start: number, end: number, sent: Circumstances): void {
    const carrier = this.#carrier;
    carrier.frame = s.frame;
    carrier.seconds = s.seconds;
    carrier.nanoseconds = s.nanoseconds;
    carrier.start = start;
    carrier.end = end;
    carrier.sent = sent;
    const from = s.payload + (this.offset - start);
    const to = s.payload + s.captured;
    if (from < to) this.#tell(s.bytes.subarray(from, to), carrier, s);
    if (this.offset < end) this.#tellGap(end - this.offset, 'cut', s);
    if (this.#held.first === this.offset) this.#deliverHeld(s);
  }

  #hold(s: StreamSegment, start: number, end: number, isProbe: boolean, sent: Circumstances): void {
    const from = Math.max(start, this.offset);
    const seen = Math.max(from, start + s.captured);
    const span = { frame: s.frame, seconds: s.seconds, nanoseconds: s.nanoseconds, start, end, sent, uses: 0 };
    if (seen > from) {
      const bytes = s.bytes.slice(s.payload + (from - start), s.payload + (seen - start));
      this.#insert({ ...span, kind: isProbe ? 'probe' : 'bytes', from, to: seen, bytes }, s);
    }
    if (end > seen) this.#insert({ ...span, kind: 'cut', from: seen, to: end, bytes: NO_BYTES }, s);
  }

  /** Where there is no room, holes are given up until there is; at worst the segment goes on over a gap at once. */
  #insert(segment: HeldSegment, now: Arrival): void {
    for (let rest = segment; ;) {
      // What was given up for the part before may have gone on beyond this one.
      if (this.#ended || rest.to <= this.offset) return;
      if (rest.from < this.offset) rest = restOf(rest, this.offset);
      if (this.#held.insert(rest)) return;
      this.limited++;
      if (this.#held.first <= rest.from) this.#giveUp(now);
      else this.#force(rest, now);
    }
  }

  /** Goes on with a segment that stands before all that waits. */
  #force(segment: HeldSegment, now: Arrival): void {
    if (segment.from > this.offset) this.#tellGap(segment.from - this.offset, 'lost', now);
    this.#deliver({ segment, from: this.offset, to: Math.min(segment.to, this.#held.first) }, now);
    this.#deliverHeld(now);
  }

  /** A byte that may have been refused is kept until it is acknowledged, or comes again. */
  #deliverHeld(now: Arrival): void {
    if (this.#held.first !== this.offset || this.#held.startsWithProbe) return;
    for (const piece of this.#held.take(this.offset)) this.#deliver(piece, now);
  }

  #giveUp(now: Arrival): void {
    const hole = this.#held.first - this.offset;
    if (hole > 0) this.#tellGap(hole, 'lost', now);
    for (const piece of this.#held.take(this.offset)) this.#deliver(piece, now);
    this.#endAtFin(now);
  }

  #deliver(piece: Piece, now: Arrival): void {
    if (piece.segment.kind === 'cut') this.#tellGap(piece.to - piece.from, 'cut', now);
    else this.#tell(bytesOf(piece), piece.segment, now);
  }

  #tell(bytes: Uint8Array, carrier: Carrier, now: Arrival): void {
    this.#delivered?.add(bytes, this.offset, carrier.frame);
    const offset = this.offset;
    this.#advance(bytes.length);
    this.#sink.data(this.#side, bytes, offset, carrier, now);
  }

  #tellGap(length: number, kind: GapKind, now: Arrival): void {
    if (kind === 'lost') this.lostBytes += length;
    else this.cutBytes += length;
    const offset = this.offset;
    this.#advance(length);
    this.#sink.gap(this.#side, offset, length, kind, now);
  }

  #advance(length: number): void {
    this.offset += length;
    this.#next = (this.#next + length) | 0;
  }

  #endAtFin(now: Arrival): void {
    if (this.offset >= this.#fin && !this.#ended) this.#end(now);
  }

  #end(closed: Arrival | null): void {
    this.release();
    this.#sink.end(this.#side, closed);
  }

  /** Seconds since the segment with data before this one; 0 where time runs backwards. */
  #silence(s: StreamSegment): number {
    const seconds = elapsed(this.#previous, s);
    return this.#previous.seconds === 0 ? 0 : Math.max(0, seconds);
  }

  /** What was delivered once comes again: the same, or a conflict. Keep-alives carry one byte of garbage. */
  #compare(s: StreamSegment, start: number, end: number): void {
    if (s.length === 1 && end === this.offset) return;
    this.resentBytes += end - start;
    this.#sink.resent?.(this.#side, start, end, this.#silence(s));
    const delivered = this.#delivered;
    if (delivered === null) return;
    const from = Math.max(start, Math.min(end, delivered.start));
    this.uncomparedBytes += from - start;
    const to = Math.min(end, start + s.captured);
    if (from >= to) return;
    for (const version of delivered.versions(from, to)) {
      const at = s.payload + (version.offset - start);
      const bytes = s.bytes.subarray(at, at + version.bytes.length);
      this.conflicts.compare(version.offset, version, { frame: s.frame, bytes });
    }
  }
}

/** What a segment brought from `offset` on. */
const restOf = (segment: HeldSegment, offset: number): HeldSegment => ({
  ...segment,
  from: offset,
  bytes: segment.bytes.subarray(offset - segment.from),
  uses: 0,
});
