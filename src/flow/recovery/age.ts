/**
 * Was a segment sent before or after the newest one that its sender is known to have sent? Timestamps tell (RFC 7323
 * section 4.3), and where they are equal or absent the IP identification: nearly all senders count it up, and a segment
 * that is sent again gets a new one. IPv6 has none.
 */
import { Bit, Field } from '../analysis/rows.ts';
import { type Segment, since } from '../analysis/segment.ts';

export const Age = { unknown: 0, older: 1, newer: 2, same: 3 } as const;

/** Identifications this close behind are older ones; without timestamps, which bear it out, much closer. */
const LAG_STAMPED = 4096;
const LAG = 64;
/**
 * The same identification again, without timestamps, is the same packet only when it comes this soon, or within half a round
 * trip: some senders keep the packet and send it again as it is, with its identification.
 */
const SAME_NS = 3e6;
const SAME_AT_MOST_NS = 100e6;

/** Payload of a usual segment; larger ones count as they are. */
const USUAL_BYTES = 1460;

/**
 * The identification of a segment that looks older is too new for its number: it was sent lately, for the second time, and
 * then overtaken. A copy of the first transmission would be as far behind in both.
 */
export function isSentLately(s: Segment, words: Int32Array, own: number): boolean {
  const last = words[own + Field.lastMarks]! >>> 16;
  if (s.identification === 0 || (words[own + Field.bits]! & Bit.counting) === 0) return false;
  const lag = ((last - s.identification) << 16) >> 16;
  const behind = (words[own + Field.next]! - s.sequence) | 0;
  return lag >= 0 && lag < LAG_STAMPED && behind > (lag + 2) * Math.max(USUAL_BYTES, s.payloadLength);
}

/** `own`: the sender's numbers as they stood before the segment; `rttNs`: 0 while unknown. */
export function ageOf(s: Segment, words: Int32Array, own: number, rttNs: number): number {
  const stamped = s.options.stamped && (words[own + Field.bits]! & Bit.stamped) !== 0;
  const later = stamped ? (s.options.stamp - words[own + Field.stamp]!) | 0 : 0;
  if (later !== 0) return later < 0 ? Age.older : Age.newer;
  if (s.identification === 0 || (words[own + Field.bits]! & Bit.counting) === 0) return Age.unknown;
  const last = words[own + Field.lastMarks]! >>> 16;
  const ahead = ((s.identification - last) << 16) >> 16;
  if (ahead === 0) {
    const quiet = since(s, words[own + Field.ackSeconds]!, words[own + Field.ackNanoseconds]!);
    const soon = quiet <= Math.max(SAME_NS, Math.min(rttNs / 2, SAME_AT_MOST_NS));
    return stamped || soon ? Age.same : Age.unknown;
  }
  const lag = stamped ? LAG_STAMPED : LAG;
  if (ahead < 0) return ahead > -lag ? Age.older : Age.unknown;
  return ahead < lag ? Age.newer : Age.unknown;
}
