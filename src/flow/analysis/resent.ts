/** Of which kind a segment is that does not go on where its sender was: Wireshark's rules, in its order. */
import { seqDiff } from '../../bytes/sequence.ts';
import { Mark } from './marks.ts';
import { type AnalysisRows, Bit, Field } from './rows.ts';
import { type Segment, endOf, isEarlier, since } from './segment.ts';

/** A fast retransmission comes this soon after the last duplicate ACK. */
const FAST_NS = 20e6;
const MIN_DUPLICATES = 2;
/** Used for the round trip time while that is not known. */
const UNKNOWN_RTT_NS = 3e6;

/** Marks of a segment with payload, SYN or FIN that is no keep-alive. `rtt`: `rttAt`; a double is passed on by its place. */
export function resentMarks(s: Segment, rows: AnalysisRows, own: number, peer: number, rtt: number): number {
  const { words, doubles } = rows;
  if (isAcknowledged(s, words, peer)) return Mark.retransmission | Mark.spuriousRetransmission;
  if (!isBehind(s, words, own)) return 0;
  if (isFast(s, words, peer)) return Mark.retransmission | Mark.fastRetransmission;
  const late = since(s, words[own + Field.nextSeconds]!, words[own + Field.nextNanoseconds]!);
  const soon = isEarlier(late, doubles[rtt]! || UNKNOWN_RTT_NS);
  return soon && endOf(s) !== words[own + Field.next] ? Mark.outOfOrder : Mark.retransmission;
}

/** The receiver has acknowledged all of the payload. */
function isAcknowledged(s: Segment, words: Int32Array, peer: number): boolean {
  if (s.payloadLength === 0 || (words[peer + Field.bits]! & Bit.acked) === 0) return false;
  return seqDiff((s.sequence + s.payloadLength) | 0, words[peer + Field.lastAck]!) <= 0;
}

/** It begins before the next number. One byte before it may be new data behind a probe of a closed window. */
function isBehind(s: Segment, words: Int32Array, own: number): boolean {
  if ((words[own + Field.bits]! & Bit.numbered) === 0) return false;
  const ahead = seqDiff(s.sequence, words[own + Field.next]!);
  return ahead < 0 && !(ahead === -1 && s.payloadLength > 1);
}

function isFast(s: Segment, words: Int32Array, peer: number): boolean {
  // Unsigned, as in Wireshark: -1 is many.
  const duplicates = words[peer + Field.duplicates]! >>> 0;
  if (duplicates < MIN_DUPLICATES || words[peer + Field.lastAck] !== s.sequence) return false;
  return isEarlier(since(s, words[peer + Field.ackSeconds]!, words[peer + Field.ackNanoseconds]!), FAST_NS);
}
