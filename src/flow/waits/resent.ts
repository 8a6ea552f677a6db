/**
 * Why a sender sent something again after a silence. The one place that tells a retransmission timeout from a tail loss
 * probe and from fast recovery.
 */
import { Field } from '../analysis/rows.ts';
import { type Segment, endOf } from '../analysis/segment.ts';
import { LEAST_RTO_NS, PROBE_SLACK_NS } from './limits.ts';
import { Cause } from './names.ts';

/**
 * Cause of the silence of `nanoseconds` before a retransmission; the ends are as they stood before it. `isRepeat`: the
 * sender has sent something again already, and waits for the ACK. `roundTrip` is 0 while not known. `sack`: both ends
 * know selective acknowledgments, without which nobody probes (RFC 8985 section 3.1).
 */
export function resendCause(
  s: Segment,
  words: Int32Array,
  own: number,
  peer: number,
  nanoseconds: number,
  isRepeat: boolean,
  roundTrip: number,
  sack: boolean,
): number {
  const isTail = endOf(s) === words[own + Field.next];
  // A timeout resends the first segment (RFC 6298 section 5.4), a probe the last (RFC 8985 section 7.3).
  const isOnly = s.sequence === words[peer + Field.lastAck];
  const isSoon = nanoseconds <= 2 * roundTrip + PROBE_SLACK_NS;
  if (sack && isTail && !isRepeat && (!isOnly || isSoon)) return Cause.tailLossProbe;
  return nanoseconds < LEAST_RTO_NS ? Cause.lossRecovery : Cause.retransmissionTimeout;
}
