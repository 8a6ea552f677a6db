/**
 * How a segment came to be sent, as far as the capture tells: its size beside the MSS, what was on its way, and whether it
 * filled the window. Inferred, since the capture does not see what the sender waits for.
 */
import { seqDiff } from '../bytes/sequence.ts';
import { type Moment, elapsed } from '../flow/life/moment.ts';
import { ACK, SYN } from '../wire/tcp.ts';
import { mssOf, offersOf, synSeen, windowShiftOf } from '../wire/tcp-options.ts';
import { type Side, type StreamSegment, otherSide } from './segment.ts';

export interface Circumstances {
  /** `super`: larger than a segment on a wire can be, so cut or joined by a network card (TSO, GRO). */
  readonly size: 'unknown' | 'small' | 'full' | 'super';
  /** `in-flight`: earlier bytes were not acknowledged yet. `after-ack`: the acknowledgment of the last of them just came. */
  readonly moment: 'idle' | 'after-ack' | 'in-flight';
  /** It reached the end of the peer's window, or is half of the largest one, beyond which Linux makes no segment. */
  readonly fillsWindow: boolean;
}

/** All there are, made once: a segment names one of them. */
const circumstances = byName(['unknown', 'small', 'full', 'super'] as const, (size) =>
  byName(['idle', 'after-ack', 'in-flight'] as const, (moment): readonly [Circumstances, Circumstances] => [
    { size, moment, fillsWindow: false },
    { size, moment, fillsWindow: true },
  ]),
);

function byName<Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Readonly<Record<Name, T>> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;
}

/** RFC 9293 section 3.7.1: where no MSS option is sent. */
const DEFAULT_MSS = 536;
/** Timestamps take twelve bytes of every segment (RFC 7323 section 3.2), a SACK option up to 28 more. */
const TIMESTAMP_BYTES = 12;
const SACK_BYTES = 28;
/** How soon a sender answers where the handshake does not tell, and what is added where it does. */
const UNKNOWN_TURN_SECONDS = 0.005;
const TURN_MARGIN_SECONDS = 0.001;

/** What is known of one end as a sender. */
interface End {
  /** What its SYN offers, 0 before. */
  options: number;
  /** The peer acknowledged up to here and takes bytes up to there, as sequence numbers. */
  acked: number;
  windowEnd: number;
  /** The largest window that the peer offered. */
  largestWindow: number;
  isAcked: boolean;
  /** The last acknowledgment that said something new, and whether it came without data. */
  readonly ackTime: { seconds: number; nanoseconds: number };
  ackIsBare: boolean;
  /** From a segment of the peer passing by to this end's answer passing by: measured in the handshake. */
  turnSeconds: number;
  isTurnKnown: boolean;
  /** It sent data before. */
  hasSent: boolean;
}

const newEnd = (): End => ({
  options: 0,
  acked: 0,
  windowEnd: 0,
  largestWindow: 0,
  isAcked: false,
  ackTime: { seconds: 0, nanoseconds: 0 },
  ackIsBare: false,
  turnSeconds: UNKNOWN_TURN_SECONDS,
  isTurnKnown: false,
  hasSent: false,
});

export class Sending {
  readonly #ends: readonly [End, End] = [newEnd(), newEnd()];
  readonly #synTimes: [Moment | null, Moment | null] = [null, null];

  /** Every segment, before what it carries is judged. */
  see(s: StreamSegment): void {
    if ((s.flags & SYN) !== 0) this.#seeSyn(s);
    if ((s.flags & ACK) !== 0) this.#seeAck(s);
  }

  /** The segment that was just seen, which carries data. */
  judge(s: StreamSegment): Circumstances {
    const end = this.#ends[s.side];
    const last = (s.sequence + s.length) | 0;
    const isLimit = last === end.windowEnd || s.length === end.largestWindow >>> 1;
    const fillsWindow = end.isAcked && this.#shift(otherSide(s.side)) !== null && isLimit;
    const moment = momentOf(s, end);
    end.hasSent = true;
    return circumstances[this.#sizeOf(s.length)][moment][fillsWindow ? 1 : 0];
  }

  #seeSyn(s: StreamSegment): void {
    this.#ends[s.side].options = s.options;
    this.#synTimes[s.side] ??= { seconds: s.seconds, nanoseconds: s.nanoseconds };
    this.#measureTurn(s.side, s);
  }

  /** The answer to a SYN: the SYN-ACK, or the first ACK after it that did not wait for data. */
  #measureTurn(side: Side, now: Moment): void {
    const asked = this.#synTimes[otherSide(side)];
    if (asked === null || this.#ends[side].isTurnKnown) return;
    this.#ends[side].turnSeconds = elapsed(asked, now) + TURN_MARGIN_SECONDS;
    this.#ends[side].isTurnKnown = true;
  }

  #seeAck(s: StreamSegment): void {
    const peer = otherSide(s.side);
    const end = this.#ends[peer];
    if (s.length === 0) this.#measureTurn(s.side, s);
    if (!end.isAcked || seqDiff(s.acknowledgment, end.acked) > 0) {
      end.acked = s.acknowledgment;
      end.ackTime.seconds = s.seconds;
      end.ackTime.nanoseconds = s.nanoseconds;
      end.ackIsBare = s.length === 0;
      end.isAcked = true;
    }
    const isSyn = (s.flags & SYN) !== 0;
    // The window of a SYN is never scaled (RFC 7323 section 2.2).
    const window = s.windowField * 2 ** (isSyn ? 0 : (this.#shift(s.side) ?? 0));
    end.windowEnd = (s.acknowledgment + window) | 0;
    end.largestWindow = Math.max(end.largestWindow, window);
  }

  /** How far the window field of an end is to be shifted; null when one of the SYNs was not seen. */
  #shift(side: Side): number | null {
    const [a, b] = [this.#ends[0].options, this.#ends[1].options];
    if (!synSeen(a) || !synSeen(b)) return null;
    if (windowShiftOf(a) === null || windowShiftOf(b) === null) return 0;
    return windowShiftOf(side === 0 ? a : b);
  }

  #sizeOf(length: number): Circumstances['size'] {
    const [a, b] = [this.#ends[0].options, this.#ends[1].options];
    if (!synSeen(a) || !synSeen(b)) return 'unknown';
    const mss = Math.min(mssOf(a) ?? DEFAULT_MSS, mssOf(b) ?? DEFAULT_MSS);
    if (length > mss) return 'super';
    const stamped = [a, b].every((each) => offersOf(each).includes('timestamps'));
    return length >= mss - (stamped ? TIMESTAMP_BYTES : 0) - SACK_BYTES ? 'full' : 'small';
  }
}

function momentOf(s: StreamSegment, end: End): Circumstances['moment'] {
  if (!end.isAcked) return 'idle';
  if (seqDiff(s.sequence, end.acked) > 0) return 'in-flight';
  return end.hasSent && end.ackIsBare && elapsed(end.ackTime, s) <= end.turnSeconds ? 'after-ack' : 'idle';
}
