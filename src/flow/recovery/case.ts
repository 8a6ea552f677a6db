/** What there is to know when an old segment is judged, or an ACK looked at. One object, filled for each of them. */
import { seqDiff } from '../../bytes/sequence.ts';
import { type AnalysisRows, Bit, Field } from '../analysis/rows.ts';
import { type Segment, endOf, since } from '../analysis/segment.ts';
import { At, State } from './rows.ts';

/** A segment is not later than this after what had it sent: one and a half round trips, and some scheduling. */
const ROUND_TRIPS = 1.5;
const SLACK_NS = 30e6;
/** Least retransmission timeout of Linux (TCP_RTO_MIN). RFC 6298 section 2.4 wants a second. */
const MIN_RTO_NS = 200e6;

export class Case {
  s!: Segment;
  /** Numbers of the analysis: of the sender of the data, and of its receiver. */
  numbers!: Int32Array;
  sender = 0;
  receiver = 0;
  /** Rows of recovery, and the sender's place there. */
  words!: Int32Array;
  r = 0;
  /** Initial round trip time; 0 while unknown. */
  rttNs = NaN;
  /** Both ends agreed on selective acknowledgments, or may have. */
  sackPermitted = true;
  /** A router said that a segment of the connection was too large. */
  tooBig = false;
  /** Least time from a segment of the sender to its ACK, at the point of capture; 0 while unknown. Set for ACKs. */
  answerNs = 0;
  frame = 0;
  /** The range of numbers of the segment. */
  from = 0;
  to = 0;
  /** What the judgement adds: the frame of the ACK behind it, since when it was waited for, timeouts in a row. */
  trigger = 0;
  waitNs = NaN;
  step = 0;
  startSeconds = 0;
  startNanoseconds = 0;

  set(s: Segment, rows: AnalysisRows, sender: number, receiver: number, r: number, rtt: number): void {
    this.s = s;
    this.numbers = rows.words;
    this.sender = sender;
    this.receiver = receiver;
    this.words = rows.recovery.words;
    this.r = r;
    this.rttNs = rows.doubles[rtt]!;
    this.from = s.sequence;
    this.to = endOf(s);
    this.trigger = this.step = this.waitNs = 0;
    this.startSeconds = s.seconds;
    this.startNanoseconds = s.nanoseconds;
  }

  /** Longest time from a cause to the segment that it had sent, at any point of the path. */
  get promptNs(): number {
    return ROUND_TRIPS * this.rttNs + SLACK_NS;
  }

  /** A silence from which on only a timer explains the segment. */
  get stallNs(): number {
    return Math.max(MIN_RTO_NS, this.promptNs);
  }

  get state(): number {
    return this.words[this.r + At.state]!;
  }

  has(bits: number): boolean {
    return (this.state & bits) === bits;
  }

  /** The receiver has acknowledged something. */
  get isAnswered(): boolean {
    return (this.numbers[this.receiver + Field.bits]! & Bit.acked) !== 0;
  }

  get lastAck(): number {
    return this.numbers[this.receiver + Field.lastAck]!;
  }

  /** What has to be acknowledged next; where no ACKs are captured, what the segment begins with. */
  get edge(): number {
    return this.isAnswered ? this.lastAck : this.from;
  }

  /** All of it was acknowledged. */
  get isAcknowledged(): boolean {
    return this.isAnswered && seqDiff(this.to, this.lastAck) <= 0;
  }

  /** It holds the first number that is not acknowledged, as far as the capture knows. */
  get isEdge(): boolean {
    return !this.isAnswered || seqDiff(this.from, this.lastAck) <= 0;
  }

  /** It ends where the sender's numbers do. */
  get isTail(): boolean {
    return this.to === this.numbers[this.sender + Field.next];
  }

  /** Nanoseconds from a time of the sender's row, at `place` in it; clocks that run backwards give 0. */
  since(place: number): number {
    return Math.max(0, since(this.s, this.words[this.r + place]!, this.words[this.r + place + 1]!));
  }

  /** Since the sender sent anything with a number, new or again. */
  get quietNs(): number {
    const sent = this.#sinceNew();
    return this.has(State.resent) ? Math.min(sent, this.since(At.resentTime)) : sent;
  }

  #sinceNew(): number {
    const at = this.sender + Field.nextSeconds;
    return Math.max(0, since(this.s, this.numbers[at]!, this.numbers[at + 1]!));
  }

  /**
   * Since the retransmission timer was started (RFC 6298 section 5): by the last ACK of something new, by what was sent
   * again, or by new data, unless duplicate ACKs came since.
   */
  timerNs(): number {
    const duplicates = this.words[this.r + At.duplicates]! > 0;
    let least = this.has(State.resent) ? this.since(At.resentTime) : Infinity;
    if (duplicates) least = Math.min(least, this.since(At.progressTime));
    else {
      least = Math.min(least, this.#sinceNew());
      // What the receiver sent since may be no ACK of anything, if it sends data itself.
      const answer = this.#sinceAnswer();
      if (answer < least && !this.isAcknowledged && this.#receiverIsQuiet(least)) least = answer;
    }
    return least;
  }

  #sinceAnswer(): number {
    if (!this.isAnswered) return Infinity;
    const at = this.receiver + Field.ackSeconds;
    return Math.max(0, since(this.s, this.numbers[at]!, this.numbers[at + 1]!));
  }

  /** It has sent no new data for so long. */
  #receiverIsQuiet(ns: number): boolean {
    const at = this.receiver + Field.nextSeconds;
    return since(this.s, this.numbers[at]!, this.numbers[at + 1]!) >= ns;
  }

  /** The wait of so many nanoseconds ends with the segment. */
  waited(ns: number): void {
    this.waitNs = ns;
    const whole = Math.floor(ns / 1e9);
    let nanoseconds = this.s.nanoseconds - (ns - whole * 1e9);
    const borrow = nanoseconds < 0 ? 1 : 0;
    nanoseconds += borrow * 1e9;
    this.startSeconds = (this.s.seconds - whole - borrow) | 0;
    this.startNanoseconds = nanoseconds | 0;
  }
}
