/**
 * Which segments of a connection are kept as milestones, and the numbers that are followed so that the question can be
 * answered. Runs for every segment outside the routine (`segment.ts`).
 */
import { seqDiff } from '../bytes/sequence.ts';
import type { Frame } from '../wire/frame.ts';
import * as tcp from '../wire/tcp.ts';
import { Kind } from './history.ts';
import { hopsOf, isOddTtl } from './hops.ts';
import { DUE, Life, duties, segmentLength, turns } from './milestones.ts';
import { Meta, type Records, RowWord, Word, rowWordsOf, timeWord } from './records.ts';

/** Longest silence that is told; a longer one is told as this (24 days). */
const MAX_IDLE_MS = 0x7fffffff;

/** Keeps the segment if it is worth it; before the counters of its connection (record at `at`) know of it. */
export function keep(records: Records, f: Frame, at: number, side: number, flags: number): void {
  const w = records.w;
  const life = w[at + Word.life]!;
  if (life === 0 && f.payloadLength === 0) {
    // A bare first segment: the record says all about it. Floods consist of these.
    w[at + Word.life] = flags | Life.bare;
    w[at + Word.milestone] = ~tcp.windowField(f.view, f.transport);
    return;
  }
  if (w[at + Word.full] !== 0 && !turns(flags) && (life & (DUE << side)) === 0) return;
  const covers = (life & (Life.coverA << side)) !== 0 && coversFin(records, f, at, side, flags);
  if (!isDue(records, f, at, side, flags) && !covers) return;
  let next = life & ~(Life.nextA << side);
  if (covers) next &= ~(Life.coverA << side);
  if (isLate(records, f, at, side, flags)) next &= ~(Life.lateA << side);
  w[at + Word.life] = next | duties(flags, side) | again(w, at, side, flags);
  write(records, f, at, side, flags, covers);
}

/** Handshakes with such a segment are worth a look. The options tell of earlier SYNs; this one's are not read yet. */
function again(w: Int32Array, at: number, side: number, flags: number): number {
  if ((flags & tcp.SYN) === 0) return 0;
  return w[at + Word.optionsA + side] !== 0 || (side === 1 && tcp.isSyn(flags)) ? Life.again : 0;
}

function isDue(records: Records, f: Frame, at: number, side: number, flags: number): boolean {
  const life = records.w[at + Word.life]!;
  if (records.w[at + Word.full] === 0 || turns(flags)) return true;
  return (life & (Life.nextA << side)) !== 0 || isLate(records, f, at, side, flags);
}

/** Data of an end that knew that its peer had closed: the connection is half closed and still in use. */
function isLate(records: Records, f: Frame, at: number, side: number, flags: number): boolean {
  const due = (records.w[at + Word.life]! & (Life.lateA << side)) !== 0;
  return due && f.payloadLength > 0 && coversFin(records, f, at, side, flags);
}

/** The segment acknowledges its receiver's FIN. */
function coversFin(records: Records, f: Frame, at: number, side: number, flags: number): boolean {
  const full = records.w[at + Word.full]!;
  if (full === 0 || (flags & tcp.ACK) === 0) return false;
  const end = records.rows[rowWordsOf(full, side ^ 1) + RowWord.finEnd]!;
  return seqDiff(tcp.acknowledgment(f.view, f.transport), end) >= 0;
}

function write(records: Records, f: Frame, at: number, side: number, flags: number, covers: boolean): void {
  const { w, milestones } = records;
  const life = w[at + Word.life]!;
  const isFin = (flags & (tcp.FIN | tcp.RST)) === tcp.FIN;
  const entry = milestones.add(w[at + Word.milestone]!, (life >>> Life.countShift) & Life.countMask, covers || isFin);
  if (entry === 0) {
    w[at + Word.life] = life | Life.cut;
    return;
  }
  w[at + Word.life] = life + (1 << Life.countShift);
  w[at + Word.milestone] = entry;
  const seconds = timeWord(f.seconds);
  const { view, transport } = f;
  const ack = tcp.acknowledgment(view, transport);
  milestones.write(entry, f.number, seconds, f.nanoseconds, side, flags, tcp.sequence(view, transport), ack);
  const hops = hopsOf(f);
  milestones.describe(entry, f.payloadLength, tcp.windowField(view, transport), hops & 255);
  milestones.context(entry, isOddTtl(w[at + Word.hopsA + side]!, hops), idle(w, at, seconds, f.nanoseconds));
  const full = w[at + Word.full]!;
  if (full === 0 || (life & (Life.followedA << side)) === 0) return;
  const sndNxt = records.rows[rowWordsOf(full, side) + RowWord.sndNxt]!;
  const acked = (life & (Life.ackedA << (side ^ 1))) !== 0;
  milestones.place(entry, sndNxt, acked ? records.rows[rowWordsOf(full, side ^ 1) + RowWord.lastAck]! : sndNxt);
  const own = records.rows[rowWordsOf(full, side) + RowWord.lastAck]!;
  if ((flags & tcp.ACK) !== 0 && (life & (Life.ackedA << side)) !== 0) {
    if (seqDiff(payloadAck(records, at, side, ack), own) > 0) milestones.news(entry);
  }
}

/** What `ack` says of payload: the peer's FIN takes a number, too. */
function payloadAck(records: Records, at: number, side: number, ack: number): number {
  const { w, rows } = records;
  const peer = side ^ 1;
  const hasFin = (w[at + Word.seen]! & (1 << (Kind.fin + 8 * peer))) !== 0;
  return hasFin && ack === rows[rowWordsOf(w[at + Word.full]!, peer) + RowWord.finEnd] ? (ack - 1) | 0 : ack;
}

/** Milliseconds since the connection's latest segment. */
function idle(w: Int32Array, at: number, seconds: number, nanoseconds: number): number {
  if (w[at + Word.firstFrame] === 0) return 0;
  const whole = (seconds >>> 0) - (w[at + Word.endSeconds]! >>> 0);
  const ms = whole * 1000 + Math.floor((nanoseconds - w[at + Word.endNanoseconds]!) / 1e6);
  return Math.max(0, Math.min(ms, MAX_IDLE_MS)) | 0;
}

/** Follows the numbers of a connection of the full tier (RFC 9293 section 3.3.1), after `begin` and a segment of `side`. */
export function follow(records: Records, f: Frame, at: number, side: number, flags: number): void {
  const { w, rows } = records;
  const full = w[at + Word.full]!;
  let life = w[at + Word.life]!;
  const row = rowWordsOf(full, side);
  const end = (tcp.sequence(f.view, f.transport) + segmentLength(flags, f.payloadLength)) | 0;
  // The number of a RST is not always its sender's.
  if ((flags & tcp.RST) === 0) {
    if ((life & (Life.followedA << side)) === 0 || seqDiff(end, rows[row + RowWord.sndNxt]!) > 0) {
      rows[row + RowWord.sndNxt] = end;
    }
    life |= Life.followedA << side;
  }
  if ((flags & tcp.ACK) !== 0) {
    const ack = tcp.acknowledgment(f.view, f.transport);
    if ((life & (Life.ackedA << side)) === 0 || seqDiff(ack, rows[row + RowWord.lastAck]!) > 0) {
      rows[row + RowWord.lastAck] = ack;
    }
    life |= Life.ackedA << side;
  }
  if ((flags & tcp.FIN) !== 0) rows[row + RowWord.finEnd] = end;
  w[at + Word.life] = life;
}

const FOLLOWED = Life.followedA | (Life.followedA << 1);

/** Takes over the numbers that are known when a connection gets its full record. */
export function begin(records: Records, at: number): void {
  const { w, rows } = records;
  if ((w[at + Word.life]! & FOLLOWED) !== 0) return;
  const meta = w[at + Word.meta]!;
  const life = w[at + Word.life]!;
  for (let side = 0; side < 2; side++) {
    if ((meta & (Meta.baseA << side)) === 0) continue;
    rows[rowWordsOf(w[at + Word.full]!, side) + RowWord.sndNxt] = (w[at + Word.isnA + side]! + 1) | 0;
    w[at + Word.life]! |= Life.followedA << side;
  }
  if ((life & Life.bare) === 0 || (life & tcp.FIN) === 0) return;
  // The first segment was a FIN without payload: it took the number behind `isn` (which is one less, without a SYN).
  const first = (meta & Meta.flipped) !== 0 ? 1 : 0;
  rows[rowWordsOf(w[at + Word.full]!, first) + RowWord.finEnd] = (w[at + Word.isnA + first]! + 2) | 0;
}
