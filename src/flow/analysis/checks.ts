/**
 * The checks of Wireshark 4.0's TCP analysis, in its order (epan/dissectors/packet-tcp.c). `own` and `peer` are the
 * offsets of the sender's and the receiver's numbers, as they stood before the segment.
 *
 * Where Wireshark takes 0 for "not known", known numbers are told by a bit: a connection whose numbers happen to pass
 * through 0 is judged like any other.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { FIN, RST, SYN } from '../../wire/tcp.ts';
import { Mark } from './marks.ts';
import { resentMarks } from './resent.ts';
import { type AnalysisRows, Bit, Field } from './rows.ts';
import { type Segment, hasAck, isMiddle, saysAck } from './segment.ts';

/** Marks of the segment. Moves on what the checks themselves count: duplicate ACKs. `rtt`: `rttAt`. */
export function marksOf(s: Segment, rows: AnalysisRows, own: number, peer: number, rtt: number): number {
  const { words } = rows;
  let marks = numberMarks(s, words, own, peer);
  if (!repeatsAck(s, words, own)) words[own + Field.duplicates] = 0;
  marks |= unseenMark(s, words, peer);
  const takesNumbers = s.payloadLength > 0 || (s.flags & (SYN | FIN)) !== 0;
  if (takesNumbers && (marks & Mark.keepAlive) === 0) marks |= resentMarks(s, rows, own, peer, rtt);
  return marks;
}

const isNumbered = (words: Int32Array, end: number): boolean => (words[end + Field.bits]! & Bit.numbered) !== 0;

/** The sender's last segment had the same acknowledgment number. */
function repeatsAck(s: Segment, words: Int32Array, own: number): boolean {
  const acked = (words[own + Field.bits]! & Bit.acked) !== 0;
  return saysAck(s) === acked && (!acked || s.acknowledgment === words[own + Field.lastAck]);
}

/** Marks that follow from numbers and windows. */
function numberMarks(s: Segment, words: Int32Array, own: number, peer: number): number {
  const numbered = isNumbered(words, own);
  const ahead = seqDiff(s.sequence, words[own + Field.next]!);
  if (numbered && s.payloadLength === 1 && ahead === 0 && words[peer + Field.window] === 0) return Mark.zeroWindowProbe;
  const middle = isMiddle(s);
  let marks = middle && s.window === 0 ? Mark.zeroWindow : 0;
  if (numbered && ahead > 0 && (s.flags & RST) === 0) marks |= Mark.lostSegment;
  if (!middle) return marks;
  if (numbered && s.payloadLength <= 1 && ahead === -1) marks |= Mark.keepAlive;
  if (s.payloadLength > 0) return isWindowFull(s, words, peer) ? marks | Mark.windowFull : marks;
  return numbered && ahead === 0 && repeatsAck(s, words, own) ? marks | repeatedMark(s, words, own, peer) : marks;
}

/** A segment without payload that repeats both numbers of the one before it. */
function repeatedMark(s: Segment, words: Int32Array, own: number, peer: number): number {
  const peerMarks = words[peer + Field.lastMarks]!;
  if (s.window !== words[own + Field.window]) return s.window === 0 ? 0 : Mark.windowUpdate;
  if (s.window === 0) return (peerMarks & Mark.zeroWindowProbe) !== 0 ? Mark.zeroWindowProbeAck : 0;
  if ((peerMarks & Mark.keepAlive) !== 0) return Mark.keepAliveAck;
  words[own + Field.duplicates] = Math.max(0, words[own + Field.duplicates]!) + 1;
  return Mark.duplicateAck;
}

function isWindowFull(s: Segment, words: Int32Array, peer: number): boolean {
  const bits = words[peer + Field.bits]!;
  if ((bits & (Bit.scaled | Bit.unscaled)) === 0 || (bits & Bit.acked) === 0) return false;
  return ((s.sequence + s.payloadLength) | 0) === windowEdge(words, peer);
}

/** The number behind the last one that this end has room for, once it is known how its window is scaled. */
export function windowEdge(words: Int32Array, end: number): number {
  const bits = words[end + Field.bits]!;
  const isPlain = (bits & (Bit.opening | Bit.unscaled)) !== 0;
  const shift = isPlain ? 0 : (bits >>> Bit.shiftAt) & Bit.shiftMask;
  return (words[end + Field.lastAck]! + (words[end + Field.window]! << shift)) | 0;
}

/** The segment acknowledges what the capture lacks; said once for each hole. */
function unseenMark(s: Segment, words: Int32Array, peer: number): number {
  if (!hasAck(s) || !isNumbered(words, peer)) return 0;
  const next = words[peer + Field.next]!;
  const unbroken = words[peer + Field.unbroken]!;
  if (seqDiff(s.acknowledgment, unbroken) <= 0) return 0;
  if (seqDiff(next, unbroken) > 0) {
    words[peer + Field.unbroken] = next;
    return Mark.ackedUnseenSegment;
  }
  const isNews = words[peer + Field.duplicates] === 0;
  words[peer + Field.duplicates] = -1;
  return isNews ? Mark.ackedUnseenSegment : 0;
}
