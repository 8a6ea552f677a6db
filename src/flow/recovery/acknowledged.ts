/** What an ACK says of the segments of its receiver: duplicate ACKs, reports of what arrived, the end of a recovery. */
import { seqDiff } from '../../bytes/sequence.ts';
import { Bit, Field } from '../analysis/rows.ts';
import { since } from '../analysis/segment.ts';
import type { Case } from './case.ts';
import { giveUpHoles } from './holes.ts';
import { isDuplicateReport, noteBlocks, proveByReport, proveByTime, proveByTimestamp } from './proofs.ts';
import { At, type RecoveryRows, State, Sum } from './rows.ts';
import { answerStuck, passStuck } from './stuck.ts';

/** The duplicate that has a segment sent again (RFC 5681 section 3.2). */
const THIRD = 3;

/**
 * `c` is about the end whose data is acknowledged; `c.s` is the ACK. `news`: by how much it is beyond the last one;
 * `repeats`: it is a duplicate ACK or has SACK blocks, and does not only tell of a window or answer a probe.
 */
export function seeAcknowledgment(c: Case, rows: RecoveryRows, news: number, repeats: boolean): void {
  const { words, r, s } = c;
  const { options } = s;
  const reports = isDuplicateReport(options, s.acknowledgment);
  if (reports) proveByReport(rows, r, options);
  if (news > 0) advance(c, rows);
  else answerStuck(words, r, false);
  if (!reports) passStuck(words, r, options);
  noteBlocks(words, r, options, reports);
  if (repeats && news === 0 && s.payloadLength === 0 && !(reports && options.blocks === 1)) countDuplicate(c);
  if (news > 0 || !reports) {
    words[r + At.newestFrame] = c.frame;
    write(words, r + At.newestTime, s.seconds, s.nanoseconds);
  }
  if (isAwaited(c)) c.numbers[c.receiver + Field.bits]! |= Bit.awaited;
  else c.numbers[c.receiver + Field.bits]! &= ~Bit.awaited;
}

function write(words: Int32Array, at: number, seconds: number, nanoseconds: number): void {
  words[at] = seconds;
  words[at + 1] = nanoseconds;
}

function advance(c: Case, rows: RecoveryRows): void {
  const { words, r, s } = c;
  if (c.has(State.echoDue)) proveByTimestamp(rows, r, s.options, s.acknowledgment);
  if (c.has(State.resent)) proveByTime(rows, r, s, c.answerNs);
  const bytes = giveUpHoles(words, r, s.acknowledgment);
  if (bytes > 0) rows.sum(r, Sum.gapBytes, bytes);
  if (c.has(State.ordered)) noteOvertaken(c, rows);
  words[r + At.duplicates] = 0;
  answerStuck(words, r, true);
  const isBehind = c.has(State.sacked) && seqDiff(words[r + At.highSack]!, s.acknowledgment) > 0;
  if (!isBehind) words[r + At.state]! &= ~(State.sacked | State.ordered);
  if (c.has(State.open) && seqDiff(s.acknowledgment, words[r + At.recoverPoint]!) >= 0) finish(c, rows);
}

/**
 * What the receiver reported missing is there, and nobody sent it again: it was overtaken behind the point of capture. Only
 * SACK blocks tell; a duplicate ACK alone may answer a duplicate. An ACK that fills two holes is counted once.
 */
function noteOvertaken(c: Case, rows: RecoveryRows): void {
  const { words, r } = c;
  const bytes = seqDiff(words[r + At.highSack]!, c.lastAck);
  if (!c.has(State.sacked) || bytes <= 0) return;
  const late = c.since(At.firstTime);
  if (c.has(State.resent) && c.since(At.resentTime) <= late + c.promptNs) return;
  if (words[r + At.behind]!++ === 0) words[r + At.behindFrame] = words[r + At.firstFrame]!;
  words[r + At.behindSegments] = Math.max(words[r + At.behindSegments]!, words[r + At.duplicates]!);
  words[r + At.behindBytes] = Math.max(words[r + At.behindBytes]!, bytes);
  rows.most(r, Sum.behind, late);
}

/** Everything that was on its way when the recovery began is acknowledged. */
function finish(c: Case, rows: RecoveryRows): void {
  const { words, r } = c;
  words[r + At.state]! &= ~State.open;
  rows.sum(r, Sum.recovery, c.since(At.startTime));
}

/** An ACK without payload that acknowledges nothing new, while something is on its way. */
function countDuplicate(c: Case): void {
  const { words, r, s, numbers } = c;
  if (seqDiff(numbers[c.sender + Field.next]!, s.acknowledgment) <= 0) return;
  if (words[r + At.duplicates] === 0 || words[r + At.duplicateAck] !== s.acknowledgment) {
    words[r + At.duplicates] = words[r + At.thirdFrame] = 0;
    words[r + At.duplicateAck] = s.acknowledgment;
    words[r + At.firstFrame] = c.frame;
    const isOrdered =
      words[r + At.holes] === 0 && numbers[c.sender + Field.unbroken] === numbers[c.sender + Field.next];
    if (isOrdered) words[r + At.state]! |= State.ordered;
    else words[r + At.state]! &= ~State.ordered;
    write(words, r + At.firstTime, s.seconds, s.nanoseconds);
    const last = c.receiver + Field.ackSeconds;
    write(words, r + At.progressTime, numbers[last]!, numbers[last + 1]!);
  }
  if (++words[r + At.duplicates]! !== THIRD) return;
  words[r + At.thirdFrame] = c.frame;
  write(words, r + At.thirdTime, s.seconds, s.nanoseconds);
}

/** Whether the next ACKs may still tell something: of a hole, a recovery, or what was sent again a round trip ago. */
function isAwaited(c: Case): boolean {
  const { words, r, s } = c;
  if (c.has(State.open) || words[r + At.holes]! > 0 || words[r + At.duplicates]! > 0) return true;
  // Each further ACK fills a hole.
  if (c.has(State.ordered | State.sacked)) return true;
  if (!c.has(State.resent)) return false;
  return since(s, words[r + At.resentTime]!, words[r + At.resentTime + 1]!) <= c.promptNs;
}
