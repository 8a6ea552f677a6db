/**
 * The connection table's memory: one 112-byte record a connection (the embryonic tier), and two 64-byte endpoint rows
 * for those that got past the handshake or carried data (the full tier). Row 2i is the originator of full record i,
 * 2i + 1 the responder; the peer of row e is e ^ 1. Everything outside this file goes through names, not offsets.
 */
import { Arena } from '../bytes/arena.ts';
import { AnalysisRows } from './analysis/rows.ts';
import { MAX_CONNECTIONS, MAX_FULL_CONNECTIONS } from './limits.ts';
import { Milestones } from './milestones.ts';
import { IrregularEnds } from './irregular-ends.ts';
import { Measures } from './measure/measures.ts';
import { SynSamples } from './syn-samples.ts';
import { WaitRows } from './waits/rows.ts';

/** Words (32 bits) of one record. */
export const WORDS = 28;

/** Word offsets. A and B are originator and responder: B is always A + 1. */
export const Word = {
  /** IPv4 address, or id of an IPv6 address. */
  addressA: 0,
  addressB: 1,
  /** Originator's port << 16 | responder's. */
  ports: 2,
  /** See `Meta`. */
  meta: 3,
  /** TCP: initial sequence number. UDP: payload bytes. */
  isnA: 4,
  isnB: 5,
  firstFrame: 6,
  lastFrame: 7,
  startSeconds: 8,
  startNanoseconds: 9,
  endSeconds: 10,
  endNanoseconds: 11,
  framesA: 12,
  framesB: 13,
  wireA: 14,
  wireB: 15,
  /** See `flow/hops.ts`. */
  hopsA: 16,
  hopsB: 17,
  /** See `wire/tcp-options.ts`. */
  optionsA: 18,
  optionsB: 19,
  /** First six letters of the history, 5 bits each. */
  history: 20,
  /** Full record's number + 1; 0 while embryonic. */
  full: 21,
  /** Letters seen: originator's in bits 0-7, responder's in 8-15; service in 16-23; probes used up in 24-27; `Seen`. */
  seen: 22,
  /** Protocol path of the first frame. */
  path: 23,
  /**
   * Newest entry in `Records.milestones`. 0 for none; negative for none after a bare first segment, whose window field
   * it holds, complemented.
   */
  milestone: 24,
  /** See `Life` in `flow/milestones.ts`. */
  life: 25,
  /** Number + 1 of the connection that used these ends before. */
  previous: 26,
  /** Number of the row in `Records.analysis`; 0 for none, -1 for want of room. */
  analysis: 27,
} as const;

/** Further bits of the `seen` word; those of the responder stand one above the originator's. */
export const Seen = {
  /** Payload of this end is missing so far. */
  missingA: 1 << 28,
  /** This end announced a window of zero. */
  zeroWindowA: 1 << 30,
} as const;

/** Bits of the meta word. */
export const Meta = {
  udp: 1,
  ipv6: 2,
  /** isnA, isnB hold a sequence number. */
  baseA: 4,
  baseB: 8,
  completenessShift: 4,
  completenessMask: 63,
  /** Zeek endpoint states, 3 bits each: A, B, then the states before those. */
  stateA: 10,
  stateB: 13,
  previousA: 16,
  previousB: 19,
  /** The roles were swapped when the connection was found: its first frame came from the responder. */
  flipped: 1 << 22,
  /** An ICMP error quoted a segment of this connection. */
  icmp: 1 << 23,
  /** The segment that is tracked is a SYN-ACK whose sequence number differs from that sender's last. */
  synAckJump: 1 << 24,
  /** This connection was opened by a SYN on a tuple that was in use. */
  reusedPorts: 1 << 25,
  /** A router said that a segment of this connection was too large for the path. */
  tooBig: 1 << 28,
  /** A selective observer wants every frame of this connection. */
  watched: 1 << 26,
  /** That observer has made up its mind. */
  decided: 1 << 27,
} as const;

/** Endpoint row of the full tier: eight doubles. */
const ROW_DOUBLES = 8;
export const Double = { frames: 0, wire: 1, payload: 2 } as const;
const ROW_WORDS = 16;
/** Words of an endpoint row, behind the doubles in use. */
export const RowWord = {
  /** End of the highest sequence numbers sent, and the highest acknowledgment sent (RFC 9293 section 3.3.1). */
  sndNxt: 6,
  lastAck: 7,
  /** Further letters of the history, four words (row 2i only). */
  history: 8,
  /** Sequence number of the newest RST that was sent. */
  rstAt: 12,
  /** Offset + 1 of the row in `Records.measured`; 0 for none. */
  measured: 13,
  /** End of the FIN that was sent. */
  finEnd: 14,
  /** Number + 1 of the entry in `Records.irregular`; 0 for none. */
  irregular: 15,
} as const;

/** Offset in `Records.f` of the endpoint row of `side`; `full` is the connection's `Word.full`, not 0. */
export const rowOf = (full: number, side: number): number => ((full - 1) * 2 + side) * ROW_DOUBLES;

/** The same in `Records.rows`, for `RowWord`. */
export const rowWordsOf = (full: number, side: number): number => ((full - 1) * 2 + side) * ROW_WORDS;

/** In `startSeconds` and `endSeconds`: a time before 1970 or after 2106, which pcapng can write and 32 bits cannot. */
export const NO_TIME = 0xffffffff;
/** Seconds since 1970 as the signed word that records hold. */
export const timeWord = (seconds: number): number => (seconds >= 0 && seconds < NO_TIME ? seconds | 0 : NO_TIME | 0);

export class Records {
  readonly #base = new Arena(WORDS * 4 * 1024);
  readonly #full = new Arena(ROW_DOUBLES * 8 * 2 * 256);
  /** Views of the memory; replaced when it grows. */
  w: Int32Array = this.#base.i32;
  f: Float64Array = this.#full.f64;
  rows: Int32Array = this.#full.i32;
  readonly milestones = new Milestones();
  readonly irregular = new IrregularEnds();
  readonly analysis = new AnalysisRows();
  readonly measured = new Measures();
  readonly waits = new WaitRows();
  readonly synSamples = new SynSamples();
  count = 0;
  fullCount = 0;
  /** The limit, or the machine's memory, was reached: no more connections are kept. */
  exhausted = false;

  /** Number of a new, zeroed record; -1 when there is no room. */
  add(): number {
    const id = this.count;
    if (id >= MAX_CONNECTIONS || !this.#base.ensure((id + 1) * WORDS * 4)) {
      this.exhausted = true;
      return -1;
    }
    this.w = this.#base.i32;
    this.count = id + 1;
    return id;
  }

  /** Moves a connection's counters to the full tier; false when there is no room (they stay where they are). */
  promote(id: number): boolean {
    const row = this.fullCount * 2;
    const bytes = (row + 2) * ROW_DOUBLES * 8;
    if (this.fullCount >= MAX_FULL_CONNECTIONS || !this.#full.ensure(bytes)) {
      this.exhausted = true;
      return false;
    }
    this.f = this.#full.f64;
    this.rows = this.#full.i32;
    const w = this.w;
    const at = id * WORDS;
    for (let side = 0; side < 2; side++) {
      const double = (row + side) * ROW_DOUBLES;
      this.f[double + Double.frames] = w[at + Word.framesA + side]! >>> 0;
      this.f[double + Double.wire] = w[at + Word.wireA + side]! >>> 0;
      if ((w[at + Word.meta]! & Meta.udp) !== 0) {
        this.f[double + Double.payload] = w[at + Word.isnA + side]! >>> 0;
      }
    }
    w[at + Word.full] = ++this.fullCount;
    return true;
  }

  /** Sequence number behind the last byte that an end sent, as a signed word; `null` while embryonic. */
  sndNxt(id: number, side: number): number | null {
    const full = this.w[id * WORDS + Word.full]!;
    return full === 0 ? null : this.rows[rowWordsOf(full, side) + RowWord.sndNxt]!;
  }

  /** Last acknowledgment number that an end sent, as a signed word; `null` while embryonic. */
  lastAck(id: number, side: number): number | null {
    const full = this.w[id * WORDS + Word.full]!;
    return full === 0 ? null : this.rows[rowWordsOf(full, side) + RowWord.lastAck]!;
  }

  frames(id: number, side: number): number {
    const at = id * WORDS;
    if (this.w[at + Word.full] !== 0) return this.f[rowOf(this.w[at + Word.full]!, side) + Double.frames]!;
    return this.w[at + Word.framesA + side]! >>> 0;
  }

  wireBytes(id: number, side: number): number {
    const at = id * WORDS;
    if (this.w[at + Word.full] !== 0) return this.f[rowOf(this.w[at + Word.full]!, side) + Double.wire]!;
    return this.w[at + Word.wireA + side]! >>> 0;
  }

  payloadBytes(id: number, side: number): number {
    const at = id * WORDS;
    if (this.w[at + Word.full] !== 0) return this.f[rowOf(this.w[at + Word.full]!, side) + Double.payload]!;
    return (this.w[at + Word.meta]! & Meta.udp) !== 0 ? this.w[at + Word.isnA + side]! >>> 0 : 0;
  }

  /** Words of the full tier that hold further history letters, four of them; `null` while embryonic. */
  historyWords(id: number): Int32Array | null {
    const full = this.w[id * WORDS + Word.full]!;
    if (full === 0) return null;
    const at = (full - 1) * 2 * ROW_WORDS + RowWord.history;
    return this.#full.i32.subarray(at, at + 4);
  }
}
