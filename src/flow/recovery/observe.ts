/**
 * Sees each segment that is not routine, once its marks are known and before the numbers of its sender move on, and
 * keeps account of what was lost, resent, overtaken or doubled (docs/recovery.md). Never touches the marks.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import type { Frame } from '../../wire/frame.ts';
import { offersSack, synSeen } from '../../wire/tcp-options.ts';
import { FIN, RST, SYN } from '../../wire/tcp.ts';
import { Mark } from '../analysis/marks.ts';
import { Bit, Field, endAt, rttAt } from '../analysis/rows.ts';
import { type Segment, hasAck, since } from '../analysis/segment.ts';
import { rowOf } from '../measure/read.ts';
import { Field as Measured, Sum as MeasuredSum, sumsOf } from '../measure/rows.ts';
import { Meta, type Records, WORDS, Word } from '../records.ts';
import { Time, doublesAt } from '../waits/rows.ts';
import { seeAcknowledgment } from './acknowledged.ts';
import { Age, ageOf } from './age.ts';
import { Case } from './case.ts';
import { Cause } from './causes.ts';
import { addHole, giveUpHoles } from './holes.ts';
import { judgeOld } from './resent.ts';
import { At, State, Sum, offsetOf } from './rows.ts';

const NOTABLE = Mark.retransmission | Mark.outOfOrder | Mark.duplicateAck | Mark.lostSegment | Mark.ackedUnseenSegment;
const PROBES = Mark.keepAlive | Mark.zeroWindowProbe;

const own = new Case();
const peer = new Case();

/** True for a segment that `observe` may learn from. `at`: the sender's numbers. */
export const isNotable = (words: Int32Array, at: number, marks: number, s: Segment): boolean =>
  (marks & NOTABLE) !== 0 || s.options.blocks > 0 || (words[at + Field.bits]! & Bit.awaited) !== 0;

/** `row`: of the analysis. Leaves in `Records.analysis.judged` what the segment turned out to be. */
export function observe(
  records: Records,
  f: Frame,
  at: number,
  row: number,
  side: number,
  s: Segment,
  marks: number,
): void {
  const { words } = records.analysis;
  if ((s.flags & (SYN | RST)) !== 0) {
    // Handshakes are told elsewhere (`flow/life/`).
    if ((s.flags & RST) === 0 && (marks & Mark.retransmission) !== 0) timedOut(records, row, side, s);
    return;
  }
  if (s.payloadLength > 0 || (s.flags & FIN) !== 0) {
    if ((marks & PROBES) === 0) seeData(records, f, at, row, side, s);
  }
  if (hasAck(s) && (words[endAt(row, side) + Field.bits]! & Bit.acked) !== 0)
    seeAck(records, f, at, row, side, s, marks);
}

/** A SYN that is sent again has no other cause than its timer. */
function timedOut({ analysis }: Records, row: number, side: number, s: Segment): void {
  const at = endAt(row, side) + Field.ackSeconds;
  analysis.judged.cause = Cause.timeout;
  analysis.judged.waitNs = Math.max(0, since(s, analysis.words[at]!, analysis.words[at + 1]!));
  analysis.judged.backoff = 0;
}

/** Points the case at the data of `side`; false when there is no room for its row. */
function prepare(c: Case, records: Records, f: Frame, at: number, row: number, side: number, s: Segment): boolean {
  const { analysis, w } = records;
  const end = endAt(row, side);
  if (analysis.words[end + Field.recovery] === 0) {
    const added = analysis.recovery.add();
    if (added === 0) return false;
    analysis.words[end + Field.recovery] = added;
  }
  const r = offsetOf(analysis.words[end + Field.recovery]!);
  c.set(s, analysis, end, endAt(row, side ^ 1), r, rttAt(row));
  c.frame = f.number;
  const [a, b] = [w[at + Word.optionsA]!, w[at + Word.optionsB]!];
  c.tooBig = (w[at + Word.meta]! & Meta.tooBig) !== 0;
  c.sackPermitted = (!synSeen(a) || offersSack(a)) && (!synSeen(b) || offersSack(b));
  return true;
}

function seeData(records: Records, f: Frame, at: number, row: number, side: number, s: Segment): void {
  const { words } = records.analysis;
  const end = endAt(row, side);
  if ((words[end + Field.bits]! & Bit.numbered) === 0) return;
  const ahead = seqDiff(s.sequence, words[end + Field.next]!);
  if (ahead === 0 || (ahead === -1 && s.payloadLength > 1)) return;
  // A RST may have moved its number beyond what was sent; that its receiver did not believe it shows here.
  const sndNxt = ahead < 0 ? records.sndNxt(at / WORDS, side) : null;
  if (sndNxt !== null && seqDiff(s.sequence, sndNxt) >= 0) return;
  // An end that is first seen with a keep-alive has passed over nothing.
  if (ahead === 1 && records.payloadBytes(at / WORDS, side) === 0) return;
  if (!prepare(own, records, f, at, row, side, s)) return;
  const frames = records.frames(at / WORDS, side);
  if (ahead > 0) passOver(records, row, side, s, frames);
  else {
    const { judged, recovery } = records.analysis;
    judged.cause = judgeOld(own, recovery, frames);
    judged.waitNs = own.waitNs;
    judged.backoff = own.step;
  }
}

/** The sender passed over numbers: what its peer has acknowledged of them was sent, and missed by the capture. */
function passOver(records: Records, row: number, side: number, s: Segment, frames: number): void {
  const { recovery, words: numbers } = records.analysis;
  const { words } = recovery;
  const receiver = endAt(row, side ^ 1);
  addHole(words, own.r, numbers[endAt(row, side) + Field.next]!, s.sequence, s.seconds, s.nanoseconds, frames);
  numbers[receiver + Field.bits]! |= Bit.awaited;
  if ((words[own.r + At.state]! & State.unseen) === 0) return;
  const bytes = giveUpHoles(words, own.r, words[own.r + At.unseenAck]!);
  if (bytes > 0) recovery.sum(own.r, Sum.gapBytes, bytes);
}

function seeAck(records: Records, f: Frame, at: number, row: number, side: number, s: Segment, marks: number): void {
  const { words } = records.analysis;
  const end = endAt(row, side);
  const news = seqDiff(s.acknowledgment, words[end + Field.lastAck]!);
  const isPure = s.payloadLength === 0 && (s.flags & FIN) === 0;
  if (news < 0 || (news === 0 && isPure && isOldAck(records, row, side, s))) {
    s.late = true;
    return;
  }
  // Of an end that the capture does not see nothing is known.
  if ((words[endAt(row, side ^ 1) + Field.bits]! & Bit.numbered) === 0) return;
  const isReport = (marks & Mark.duplicateAck) !== 0 || s.options.blocks > 0;
  const isUnseen = (marks & Mark.ackedUnseenSegment) !== 0;
  if (words[endAt(row, side ^ 1) + Field.recovery] === 0 && !isReport && !isUnseen) return;
  if (prepare(peer, records, f, at, row, side ^ 1, s)) {
    // An end that has sent nothing but its SYN is told a wrong number, rather than having sent more.
    if ((words[endAt(row, side ^ 1) + Field.bits]! & Bit.opening) === 0) noteUnseen(peer);
    // Where there are timestamps, they tell what an ACK answers.
    peer.answerNs = news > 0 && peer.rttNs > 0 && !s.options.stamped ? leastAnswer(records, at, side) : 0;
    seeAcknowledgment(peer, records.analysis.recovery, news, isReport);
  }
}

/** The handshake and fewer round trips of data may all have been slow. */
const LEAST_SAMPLES = 10;

/** Least time from a segment to `side` until its ACK, of many; 0 where there are few. */
function leastAnswer(records: Records, at: number, side: number): number {
  const { waits, measured, w } = records;
  const row = rowOf(records, at, side ^ 1);
  if (row < 0 || measured.rows.words[row + Measured.samples]! >>> 0 < LEAST_SAMPLES) return 0;
  const least = measured.rows.doubles[sumsOf(row) + MeasuredSum.least]!;
  const full = w[at + Word.full]!;
  const way = waits.has(full) ? waits.doubles[doublesAt(full) + Time.half + side]! : 0;
  return way === 0 ? least : Math.min(way, least);
}

/** An ACK beyond all that its receiver was seen to send: what comes next shows whether the capture lacks that. */
function noteUnseen(c: Case): void {
  const { words, r, s } = c;
  if (seqDiff(s.acknowledgment, c.numbers[c.sender + Field.next]!) <= 0) return;
  if (c.has(State.unseen) && seqDiff(s.acknowledgment, words[r + At.unseenAck]!) <= 0) return;
  words[r + At.unseenAck] = s.acknowledgment;
  words[r + At.state]! |= State.unseen;
}

/** An ACK that is in the capture twice, or late: it says nothing that was not said. */
function isOldAck(records: Records, row: number, side: number, s: Segment): boolean {
  const { words, doubles } = records.analysis;
  const age = ageOf(s, words, endAt(row, side), doubles[rttAt(row)]!);
  return age === Age.older || age === Age.same;
}
