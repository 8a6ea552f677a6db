/** What the analysis remembers of a segment, once its marks are known. */
import { seqDiff } from '../../bytes/sequence.ts';
import { windowShiftOf, wasCut } from '../../wire/tcp-options.ts';
import { ACK, RST, SYN, isSyn, isSynAck } from '../../wire/tcp.ts';
import { Mark } from './marks.ts';
import { type AnalysisRows, Bit, Field, Shared, endAt, rttAt, sharedAt } from './rows.ts';
import { type Segment, endOf, saysAck, since, hasAck, isMiddle } from './segment.ts';

/** Moves on the numbers of the sender. `options`: what a SYN offers (`synOptions`), 0 for other segments. */
export function advance(
  rows: AnalysisRows,
  row: number,
  side: number,
  s: Segment,
  marks: number,
  options: number,
): void {
  const { words } = rows;
  const own = endAt(row, side);
  const late = s.late || isBehind(words, own, s);
  if ((marks & Mark.zeroWindowProbe) === 0) advanceNext(words, own, s);
  words[own + Field.window] = s.window;
  const isNews = s.payloadLength > 0 || s.acknowledgment !== words[own + Field.lastAck];
  words[own + Field.lastAck] = s.acknowledgment;
  words[own + Field.ackSeconds] = s.seconds;
  words[own + Field.ackNanoseconds] = s.nanoseconds;
  identify(words, own, s, marks, late, isNews);
  const bits = words[own + Field.bits]! & ~Bit.acked;
  words[own + Field.bits] = bits | (saysAck(s) ? Bit.acked : 0) | (s.options.stamped ? Bit.stamped : 0);
  if ((s.flags & SYN) !== 0) open(rows, row, side, s, options);
  else if ((s.flags & ACK) !== 0) settle(rows, row, own, s);
}

/**
 * Whether identifications tell packets apart, by that of a new packet behind the last one: some senders write the same into
 * all, or into what they send again.
 */
export function countsOn(bits: number, lastMarks: number, identification: number): number {
  const last = lastMarks >>> 16;
  if (last === 0 || identification === 0) return bits;
  return last === identification ? bits & ~Bit.counting : bits | Bit.counting;
}

/** An ACK without payload that was overtaken, or is in the capture twice: its numbers lie behind those of its sender. */
function isBehind(words: Int32Array, own: number, s: Segment): boolean {
  const bits = words[own + Field.bits]!;
  if ((bits & Bit.acked) !== 0 && hasAck(s) && seqDiff(s.acknowledgment, words[own + Field.lastAck]!) < 0) return true;
  if (s.payloadLength > 0 || !isMiddle(s)) return false;
  return (bits & Bit.numbered) !== 0 && seqDiff(s.sequence, words[own + Field.next]!) < 0;
}

/** What tells whether a later segment was sent before this one; one that is late itself changes nothing. */
function identify(words: Int32Array, own: number, s: Segment, marks: number, late: boolean, isNews: boolean): void {
  const identification = late ? words[own + Field.lastMarks]! & ~0xffff : s.identification << 16;
  // The same is no sign where it may be the same packet: one that is late, or says nothing new.
  if ((!late && isNews) || words[own + Field.lastMarks]! >>> 16 !== s.identification)
    words[own + Field.bits] = countsOn(words[own + Field.bits]!, words[own + Field.lastMarks]!, s.identification);
  words[own + Field.lastMarks] = marks | identification;
  if (s.options.stamped && !late) words[own + Field.stamp] = s.options.stamp;
}

function advanceNext(words: Int32Array, own: number, s: Segment): void {
  const numbered = (words[own + Field.bits]! & Bit.numbered) !== 0;
  // The RST that answers a segment without ACK has the number 0, which is none (RFC 9293 section 3.10.7.1).
  if (!numbered && (s.flags & RST) !== 0 && s.sequence === 0) return;
  const end = endOf(s);
  if (!numbered || seqDiff(end, words[own + Field.next]!) > 0) {
    words[own + Field.next] = end;
    words[own + Field.nextSeconds] = s.seconds;
    words[own + Field.nextNanoseconds] = s.nanoseconds;
  }
  if (!numbered || s.sequence === words[own + Field.unbroken]) {
    words[own + Field.unbroken] = words[own + Field.next]!;
  }
  words[own + Field.bits]! |= Bit.numbered;
}

/** SYN and SYN-ACK: the scale of windows, and where the round trip begins. */
function open(rows: AnalysisRows, row: number, side: number, s: Segment, options: number): void {
  const { words } = rows;
  const own = endAt(row, side);
  words[own + Field.bits]! |= Bit.opening;
  scale(words, own, endAt(row, side ^ 1), s.flags, options);
  if (!isSyn(s.flags) || rows.doubles[rttAt(row)] !== 0) return;
  words[endAt(row, 0) + Field.bits]! |= Bit.timing;
  words[sharedAt(row) + Shared.synSeconds] = s.seconds;
  words[sharedAt(row) + Shared.synNanoseconds] = s.nanoseconds;
}

/** Windows are scaled when both SYNs offer it. A SYN without the offer settles it for both ends. */
function scale(words: Int32Array, own: number, peer: number, flags: number, options: number): void {
  const shift = windowShiftOf(options);
  if (shift !== null) setShift(words, own, shift);
  // Nobody knows what stood in the options that the capture lacks.
  if (wasCut(options)) return;
  const bits = words[own + Field.bits]!;
  if ((bits & (Bit.scaled | Bit.unscaled)) === 0) {
    setUnscaled(words, own);
    setUnscaled(words, peer);
  } else if (isSynAck(flags) && (words[peer + Field.bits]! & Bit.unscaled) !== 0) setUnscaled(words, own);
}

function setShift(words: Int32Array, end: number, shift: number): void {
  const bits = words[end + Field.bits]! & ~(Bit.unscaled | (Bit.shiftMask << Bit.shiftAt));
  words[end + Field.bits] = bits | Bit.scaled | (shift << Bit.shiftAt);
}

function setUnscaled(words: Int32Array, end: number): void {
  words[end + Field.bits] = (words[end + Field.bits]! & ~Bit.scaled) | Bit.unscaled;
}

/** An ACK: the first one after a SYN ends the first round trip, and its sender's windows are scaled from now on. */
function settle(rows: AnalysisRows, row: number, own: number, s: Segment): void {
  const { words, doubles } = rows;
  words[own + Field.bits]! &= ~Bit.opening;
  const timed = endAt(row, 0) + Field.bits;
  if ((words[timed]! & Bit.timing) === 0) return;
  const at = sharedAt(row);
  doubles[rttAt(row)] = since(s, words[at + Shared.synSeconds]!, words[at + Shared.synNanoseconds]!);
  // A round trip that took no time at all is none: the next ACK is asked.
  if (doubles[rttAt(row)] !== 0) words[timed]! &= ~Bit.timing;
}
