/**
 * What Wireshark's TCP analysis remembers of a connection: one row of 128 bytes, with the numbers of both ends and those
 * that they share. A connection whose only segment can bear no mark has none (`begin.ts`).
 */
import { Arena } from '../../bytes/arena.ts';
import { MAX_ANALYSED_CONNECTIONS } from '../limits.ts';
import { Judged } from '../recovery/judged.ts';
import { RecoveryRows } from '../recovery/rows.ts';
import { Marks } from './marks.ts';

/** Words of an end, by the names of RFC 9293 where it has one. Numbers are as on the wire, windows not scaled. */
export const Field = {
  /** Behind the highest number sent; Wireshark's "next expected sequence number". */
  next: 0,
  /** Behind the highest number sent without a hole before it. */
  unbroken: 1,
  /** Of the last segment, whatever it was. */
  lastAck: 2,
  /** Of the last segment; -1 before there is one. */
  window: 3,
  /** See `Bit`. */
  bits: 4,
  /** Duplicate ACKs in a row; -1 when this end's peer acknowledged what the capture lacks, and that was said. */
  duplicates: 5,
  /** Marks of the last segment, and above 16 bits the IP identification of the newest one. */
  lastMarks: 6,
  /** When `next` moved on. */
  nextSeconds: 7,
  nextNanoseconds: 8,
  /** When the last segment came. */
  ackSeconds: 9,
  ackNanoseconds: 10,
  /** Entry in `Marks`. */
  marks: 11,
  /** Timestamp of the newest segment, with `Bit.stamped`. */
  stamp: 12,
  /** Number of the row in `RecoveryRows`; 0 for none. */
  recovery: 13,
} as const;
const END_WORDS = 14;

/** Words that both ends share, from the start of a row. */
export const Shared = {
  /** Time of the newest SYN without ACK. */
  synSeconds: 28,
  synNanoseconds: 29,
} as const;
const WORDS = 32;
/** A row in doubles, and which of them is the initial round trip time. */
const DOUBLES = WORDS / 2;
const RTT = 15;

/** Bits of an end. */
export const Bit = {
  /** `next` and `unbroken` are set. */
  numbered: 1,
  /** `lastAck` is set: the last segment had the flag, or a number in its place. */
  acked: 2,
  /** This end sent a SYN and no ACK since: its window is not scaled yet. */
  opening: 4,
  /** It is known that windows are not scaled. */
  unscaled: 8,
  /** The shift in `shift` is known. */
  scaled: 16,
  /** A SYN came at `Shared.synSeconds`, and no ACK has told the round trip time yet (originator's word only). */
  timing: 32,
  /** `stamp` is set. */
  stamped: 64,
  /** Each ACK of this end is looked at: its peer has sent something again, or passed over something. */
  awaited: 128,
  /** Its IP identifications change: they tell packets apart. */
  counting: 1 << 12,
  shiftAt: 8,
  shiftMask: 15,
} as const;

export class AnalysisRows {
  readonly #store = new Arena(WORDS * 4 * 512);
  words: Int32Array = this.#store.i32;
  doubles: Float64Array = this.#store.f64;
  readonly marks = new Marks();
  readonly recovery = new RecoveryRows();
  readonly judged = new Judged();
  #count = 0;
  limitReached = false;
  /** Segments marked as retransmissions, and their payload, over all connections. */
  readonly resent = new Float64Array(2);

  /** Number of a new row, counted from 1; -1 when there is no room. */
  add(): number {
    if (this.#count >= MAX_ANALYSED_CONNECTIONS || !this.#store.ensure((this.#count + 1) * WORDS * 4)) {
      this.limitReached = true;
      return -1;
    }
    this.words = this.#store.i32;
    this.doubles = this.#store.f64;
    const at = this.#count * WORDS;
    this.words[at + Field.window] = this.words[at + END_WORDS + Field.window] = -1;
    return ++this.#count;
  }
}

/** Offset in `words` of the numbers of an end; `row` is above 0. */
export const endAt = (row: number, side: number): number => (row - 1) * WORDS + side * END_WORDS;
/** Offset in `words` of the row, for `Shared`. */
export const sharedAt = (row: number): number => (row - 1) * WORDS;
/** Offset in `doubles` of the initial round trip time in nanoseconds; 0 while it is not known. */
export const rttAt = (row: number): number => (row - 1) * DOUBLES + RTT;
