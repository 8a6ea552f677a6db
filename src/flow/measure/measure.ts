/**
 * What each end of a connection sent again, how much it had in flight, and how long its segments took to be acknowledged.
 * `measure` takes the segments that are looked at one by one; those that are counted in runs go to `Flight` (`flight.ts`),
 * with the same result.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import type { Frame } from '../../wire/frame.ts';
import * as tcp from '../../wire/tcp.ts';
import { Life } from '../milestones.ts';
import { Cause } from '../recovery/causes.ts';
import { Meta, NO_TIME, type Records, RowWord, Word, rowWordsOf } from '../records.ts';
import type { Measures } from './measures.ts';
import { rowOf } from './read.ts';
import { Bit, Field, Sum, sumsOf } from './rows.ts';

/** For a connection of the full tier, before its numbers move on (`follow`). */
export function measure(records: Records, f: Frame, at: number, side: number, flags: number): void {
  const { measured } = records;
  const seconds = f.seconds >= 0 && f.seconds < NO_TIME ? f.seconds | 0 : NO_TIME | 0;
  const start = (tcp.sequence(f.view, f.transport) + ((flags & tcp.SYN) !== 0 ? 1 : 0)) | 0;
  const length = f.payloadLength + ((flags & tcp.FIN) !== 0 ? 1 : 0);
  // The number of a RST is not always its sender's, and what it carries is no data of the connection.
  if ((flags & tcp.RST) === 0) {
    const own = length > 0 ? ownRow(records, at, side, start) : rowOf(records, at, side);
    if (own >= 0) {
      startOver(records, at, side, own, start);
      const isCopy = records.analysis.judged.cause === Cause.duplicate;
      send(measured, own, start, length, f.payloadLength, seconds, f.nanoseconds, isCopy);
    }
  }
  if ((flags & tcp.ACK) === 0) return;
  const peer = rowOf(records, at, side ^ 1);
  if (peer < 0) return;
  seeAck(measured.rows.words, peer);
  measured.timed.frame = f.number;
  measured.timed.acknowledged(peer, tcp.acknowledgment(f.view, f.transport), seconds, f.nanoseconds);
}

/** The row of an end that sends payload, made when there is none: it begins where the end's numbers do. */
function ownRow(records: Records, at: number, side: number, start: number): number {
  const known = rowOf(records, at, side);
  if (known >= 0) return known;
  const { w, rows, measured } = records;
  const origin = w[at + Word.isnA + side]!;
  const base = (w[at + Word.meta]! & (Meta.baseA << side)) !== 0 ? (origin + 1) | 0 : start;
  const row = measured.rows.add(base, origin);
  const own = rowWordsOf(w[at + Word.full]!, side);
  rows[own + RowWord.measured] = row + 1;
  if (row < 0) return row;
  const { words } = measured.rows;
  const life = w[at + Word.life]!;
  // Segments without payload can have moved the numbers on.
  const next = rows[own + RowWord.sndNxt]!;
  if ((life & (Life.followedA << side)) !== 0 && seqDiff(next, base) > 0) {
    measured.gaps.add(row, base, next);
    words[row + Field.next] = next;
  }
  const acked = rows[rowWordsOf(w[at + Word.full]!, side ^ 1) + RowWord.lastAck]!;
  if ((life & (Life.ackedA << (side ^ 1))) !== 0 && seqDiff(acked, base) > 0) words[row + Field.acked] = acked;
  return row;
}

/** A SYN-ACK with another number than the one before: what was sent until then belongs to other numbers. */
function startOver({ w, measured }: Records, at: number, side: number, own: number, start: number): void {
  const { words } = measured.rows;
  if (words[own + Field.origin] === w[at + Word.isnA + side]) return;
  measured.timed.clear(own);
  measured.gaps.clear(own);
  words[own + Field.origin] = w[at + Word.isnA + side]!;
  words[own + Field.next] = words[own + Field.acked] = start;
  words[own + Field.bits] = 0;
}

/** The end sent `length` numbers from `start` on, `payload` of them bytes. `isCopy`: the same packet was captured before. */
function send(
  { rows, timed, gaps }: Measures,
  own: number,
  start: number,
  length: number,
  payload: number,
  seconds: number,
  nanoseconds: number,
  isCopy: boolean,
): void {
  const { words, doubles } = rows;
  const next = words[own + Field.next]!;
  const end = (start + length) | 0;
  if (seqDiff(start, next) > 0) {
    gaps.add(own, next, start);
    words[own + Field.bits]! |= Bit.blind;
  }
  const fresh = Math.min(length, Math.max(0, seqDiff(end, next)));
  const known = length - fresh;
  if (known > 0) {
    const knownEnd = (start + known) | 0;
    const filled = gaps.fill(own, start, knownEnd);
    // The number of a FIN is the last one, and no byte.
    const bytes = Math.min(known, payload);
    doubles[sumsOf(own) + Sum.resent]! += Math.max(0, bytes - filled);
    if (filled > 0) timed.late(own, knownEnd, known, seconds, nanoseconds);
    // A copy was not sent again: the ACK answers the packet as it was seen first.
    else if (!isCopy) timed.resent(own, start, knownEnd, seconds, nanoseconds);
  }
  if (fresh > 0) timed.sent(own, end, fresh, seconds, nanoseconds);
  if (seqDiff(end, next) > 0) words[own + Field.next] = end;
  if (payload > 0) noteFlight(words, own, length - payload);
}

/** The peer of `row` sent an ACK, whatever it says. */
export function seeAck(words: Int32Array, row: number): void {
  words[row + Field.bits]! &= ~Bit.blind;
}

/** After a segment with payload, and `more` numbers that are no bytes. */
export function noteFlight(words: Int32Array, own: number, more = 0): void {
  if ((words[own + Field.bits]! & Bit.blind) !== 0) return;
  const flight = seqDiff(words[own + Field.next]!, words[own + Field.acked]!) - more;
  if (flight > words[own + Field.maxFlight]!) words[own + Field.maxFlight] = flight;
}
