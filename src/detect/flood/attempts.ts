/** What became of a connection attempt, told from its record alone: a flood has millions. */
import { Completeness } from '../../flow/completeness.ts';
import type { Connections } from '../../flow/connections.ts';
import { Meta, NO_TIME, WORDS, Word } from '../../flow/records.ts';

export const Attempt = {
  /** No attempt: UDP, joined mid-stream, only quoted, or at a time that cannot be kept. */
  none: 0,
  /** A SYN and no answer. */
  unanswered: 1,
  /** A SYN-ACK and nothing more from the originator. */
  halfOpen: 2,
  /** The originator reset it before it was up. */
  reset: 3,
  /** The responder refused it. */
  refused: 4,
  completed: 5,
} as const;
export type Attempt = (typeof Attempt)[keyof typeof Attempt];

const { syn, synAck, ack, data, fin, rst } = Completeness;

/** Of the connection whose record begins at word `at`. */
export function attemptOf(w: Int32Array, at: number): Attempt {
  const meta = w[at + Word.meta]!;
  if ((meta & Meta.udp) !== 0 || w[at + Word.firstFrame] === 0 || w[at + Word.startSeconds] === NO_TIME_WORD) {
    return Attempt.none;
  }
  const seen = (meta >>> Meta.completenessShift) & Meta.completenessMask;
  if (seen === syn) return Attempt.unanswered;
  if (seen === (syn | synAck) || seen === synAck) return Attempt.halfOpen;
  if ((seen & (syn | synAck)) === 0) return Attempt.none;
  return (seen & rst) !== 0 ? resetAttempt(w, at, seen) : laterAttempt(w, at, seen);
}

/** A RST carries an ACK as well, so the bit of the ACK says nothing here: a finished handshake is in the full tier. */
function resetAttempt(w: Int32Array, at: number, seen: number): Attempt {
  if ((seen & (data | fin)) !== 0 || w[at + Word.full] !== 0) return Attempt.completed;
  return (seen & synAck) === 0 && w[at + Word.framesB] !== 0 ? Attempt.refused : Attempt.reset;
}

/** A SYN with a payload, alone, is a SYN all the same. */
function laterAttempt(w: Int32Array, at: number, seen: number): Attempt {
  const isAlone = (seen & (synAck | ack | fin)) === 0 && (w[at + Word.seen]! & OTHER_LETTERS) === 0;
  return isAlone && w[at + Word.framesB] === 0 ? Attempt.unanswered : Attempt.completed;
}

/** Letters of the responder in the history. */
const OTHER_LETTERS = 0xff00;

const NO_TIME_WORD = NO_TIME | 0;

export const isFailed = (attempt: number): boolean => attempt !== Attempt.none && attempt !== Attempt.completed;

/** Timers run out a little late, and begin a little after the SYN. */
const TIMER_SLACK = 0.15;

/**
 * SYN-ACKs that a host sent of those that were captured within `seconds`: it sends the next one after 1, 2, 4 ... s at the
 * earliest (RFC 6298 section 2), so that what comes sooner is a copy, as mirror ports make of every frame.
 */
export const synAcksSent = (captured: number, seconds: number): number =>
  captured <= 1 ? captured : Math.min(captured, 1 + Math.floor(Math.log2(Math.max(0, seconds) + 1 + TIMER_SLACK)));

/** Times of one capture as seconds from its beginning: exact enough for curves, and one number. */
export class Clock {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly #c: Connections;
  /** Of the capture's last frame. */
  readonly end: number;

  constructor(c: Connections, seconds: number, nanoseconds: number) {
    this.#c = c;
    this.seconds = Math.floor(seconds);
    this.nanoseconds = nanoseconds;
    this.end = this.at(c.captureEnd.seconds, c.captureEnd.nanoseconds);
  }

  at(seconds: number, nanoseconds: number): number {
    return seconds - this.seconds + (nanoseconds - this.nanoseconds) / 1e9;
  }

  start(id: number): number {
    const w = this.#c.words;
    const at = id * WORDS;
    return this.at(w[at + Word.startSeconds]! >>> 0, w[at + Word.startNanoseconds]!);
  }

  /** Of the connection's last frame. */
  last(id: number): number {
    const w = this.#c.words;
    const at = id * WORDS;
    return this.at(w[at + Word.endSeconds]! >>> 0, w[at + Word.endNanoseconds]!);
  }
}
