/** Read access to the connection table for everything that comes after tracking: numbers in, plain values out. */
import { addressText } from './addresses.ts';
import { type MarkName, type MarkedFrame, markNames } from './analysis/marks.ts';
import { Field, endAt } from './analysis/rows.ts';
import { type ConnState, tcpConnState, udpConnState, unansweredReset } from './conn-state.ts';
import { type Digest, digestOf } from './digest.ts';
import { historyText } from './history.ts';
import { synSeen } from '../wire/tcp-options.ts';
import type { Moment } from './life/moment.ts';
import { type Measured, measuredOf } from './measure/read.ts';
import { Meta, WORDS, Word } from './records.ts';
import type { RecoveryEvent } from './recovery/events.ts';
import { type Recovery, type Stuck, eventsOf, recoveryOf, stuckOf } from './recovery/summary.ts';
import type { Tracker } from './tracker.ts';

export class Connections {
  readonly tracker: Tracker;
  #digest: Digest | null = null;
  #indexes = new Int32Array(0);
  /** Number + 1 of each connection's successor, once somebody asked. */
  #successors: Int32Array | null = null;

  /** Time of the capture's last frame: what was not answered by then stays open. */
  readonly captureEnd: Moment;

  constructor(tracker: Tracker, captureEnd: Moment) {
    this.tracker = tracker;
    this.captureEnd = captureEnd;
  }

  /** Records in the table. Those without a counted frame (`isCounted`) only hold a number. */
  get count(): number {
    return this.tracker.table.records.count;
  }

  /** All records one after the other, `WORDS` words each: for loops over all of them. Read it again after tracking. */
  get words(): Int32Array {
    return this.tracker.table.records.w;
  }

  word(id: number, word: number): number {
    return this.tracker.table.records.w[id * WORDS + word]!;
  }

  /** Offset in `words` of the connection's record. */
  recordAt(id: number): number {
    return id * WORDS;
  }

  isCounted(id: number): boolean {
    return this.word(id, Word.firstFrame) !== 0;
  }

  isUdp(id: number): boolean {
    return (this.word(id, Word.meta) & Meta.udp) !== 0;
  }

  isIpv6(id: number): boolean {
    return (this.word(id, Word.meta) & Meta.ipv6) !== 0;
  }

  /** Side 0 is the originator, 1 the responder. */
  address(id: number, side: number): string {
    return addressText(this.tracker.table.keys.addresses, this.word(id, Word.addressA + side), this.isIpv6(id));
  }

  /** 4 or 16 bytes. */
  addressBytes(id: number, side: number): Uint8Array {
    const word = this.word(id, Word.addressA + side);
    if (this.isIpv6(id)) return this.tracker.table.keys.addresses.bytesOf(word).slice();
    return new Uint8Array([word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
  }

  port(id: number, side: number): number {
    const ports = this.word(id, Word.ports);
    return side === 0 ? ports >>> 16 : ports & 0xffff;
  }

  frames(id: number, side: number): number {
    return this.tracker.table.records.frames(id, side);
  }

  wireBytes(id: number, side: number): number {
    return this.tracker.table.records.wireBytes(id, side);
  }

  payloadBytes(id: number, side: number): number {
    return this.tracker.table.records.payloadBytes(id, side);
  }

  /** How many segments of an end bear each of Wireshark's marks: those that occur. */
  analysis(id: number, side: number): Partial<Record<MarkName, number>> {
    const counts: Partial<Record<MarkName, number>> = {};
    const { marks } = this.tracker.table.records.analysis;
    const end = this.#marksOf(id, side);
    // A first SYN has no entry; one that a filter left out does not count.
    const reused = side === 0 && (this.word(id, Word.meta) & Meta.reusedPorts) !== 0 && this.isn(id, 0) !== null;
    markNames.forEach((name, bit) => {
      const count = marks.count(end, bit) + (reused && name === 'reusedPorts' ? 1 : 0);
      if (count > 0) counts[name] = count;
    });
    return counts;
  }

  /** The frames behind `analysis`, in order of the capture, without a first SYN that reused its ports. */
  markedFrames(id: number, side: number): MarkedFrame[] {
    return this.tracker.table.records.analysis.marks.frames(this.#marksOf(id, side));
  }

  /** Marks of the last segment of an end: bits of `Mark`. */
  lastMarks(id: number, side: number): number {
    const row = this.word(id, Word.analysis);
    return row <= 0 ? 0 : this.tracker.table.records.analysis.words[endAt(row, side) + Field.lastMarks]! & 0xffff;
  }

  /** What an end lost and sent again; null for an end without anything of the kind. */
  recovery(id: number, side: number): Recovery | null {
    const row = this.word(id, Word.analysis);
    return row <= 0 ? null : recoveryOf(this.tracker.table.records.analysis, row, side);
  }

  /** The most costly events behind `recovery`, in order of frames. */
  recoveryEvents(id: number, side: number): RecoveryEvent[] {
    const row = this.word(id, Word.analysis);
    return row <= 0 ? [] : eventsOf(this.tracker.table.records.analysis, row, side);
  }

  /** A large segment of an end that did not come through. */
  stuck(id: number, side: number): Stuck | null {
    const row = this.word(id, Word.analysis);
    return row <= 0 ? null : stuckOf(this.tracker.table.records.analysis, row, side);
  }

  /** Entry in `Marks`. */
  #marksOf(id: number, side: number): number {
    const row = this.word(id, Word.analysis);
    return row <= 0 ? 0 : this.tracker.table.records.analysis.words[endAt(row, side) + Field.marks]!;
  }

  /** What was measured of an end; null when it sent no payload over TCP. */
  measured(id: number, side: number): Measured | null {
    return measuredOf(this.tracker.table.records, id, side);
  }

  connState(id: number): ConnState {
    if (this.isUdp(id)) return udpConnState(this.frames(id, 0) > 0, this.frames(id, 1) > 0);
    const hasPayload = this.payloadBytes(id, 0) + this.payloadBytes(id, 1) > 0;
    const state = tcpConnState(this.word(id, Word.meta), hasPayload);
    return state === 'RSTOS0' ? unansweredReset(historyText(this.tracker.table.records, id)) : state;
  }

  /** Made once, when somebody asks: several documents and detectors go over all connections. */
  digest(): Digest {
    if (this.#digest === null || this.#digest.states.length !== this.count) this.#digest = digestOf(this);
    return this.#digest;
  }

  /** The connection that used the same ends next; -1 for none. */
  successor(id: number): number {
    if (this.#successors === null || this.#successors.length !== this.count) this.#successors = this.#findSuccessors();
    return this.#successors[id]! - 1;
  }

  #findSuccessors(): Int32Array {
    const successors = new Int32Array(this.count);
    for (let id = 0; id < successors.length; id++) {
      const previous = this.word(id, Word.previous);
      if (previous !== 0 && this.isCounted(id)) successors[previous - 1] = id + 1;
    }
    return successors;
  }

  completeness(id: number): number {
    return (this.word(id, Word.meta) >>> Meta.completenessShift) & Meta.completenessMask;
  }

  /** Initial sequence number as the wire has it; null unless this end's SYN was seen. */
  isn(id: number, side: number): number | null {
    return synSeen(this.word(id, Word.optionsA + side)) ? this.word(id, Word.isnA + side) >>> 0 : null;
  }

  /** Numbers as in Wireshark's tcp.stream or udp.stream, by record: counted apart for TCP and UDP. */
  indexes(): Int32Array {
    if (this.#indexes.length === this.count) return this.#indexes;
    const indexes = new Int32Array(this.count);
    const next = [0, 0];
    for (let id = 0; id < this.count; id++) {
      const udp = this.isUdp(id) ? 1 : 0;
      indexes[id] = next[udp]!++;
    }
    return (this.#indexes = indexes);
  }

  /** Counted connections in order of their start, then TCP before UDP, then number. */
  ordered(): Uint32Array {
    let ids = new Uint32Array(this.count);
    let used = 0;
    let sorted = true;
    for (let id = 0; id < this.count; id++) {
      if (!this.isCounted(id)) continue;
      if (used > 0 && this.compare(ids[used - 1]!, id) > 0) sorted = false;
      ids[used++] = id;
    }
    ids = ids.subarray(0, used);
    return sorted ? ids : ids.toSorted((a, b) => this.compare(a, b));
  }

  /** Order of rows: by start, then TCP before UDP, then number. */
  compare(a: number, b: number): number {
    return (
      (this.word(a, Word.startSeconds) >>> 0) - (this.word(b, Word.startSeconds) >>> 0) ||
      this.word(a, Word.startNanoseconds) - this.word(b, Word.startNanoseconds) ||
      (this.word(a, Word.meta) & Meta.udp) - (this.word(b, Word.meta) & Meta.udp) ||
      a - b
    );
  }
}
