/**
 * Why a sender sent something again after a silence. The one place that tells a retransmission timeout from a tail loss
 * probe and from fast recovery.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import { Field } from '../analysis/rows.ts';
import { type Segment, endOf } from '../analysis/segment.ts';
import { LEAST_RTO_NS } from './limits.ts';
import { Cause } from './names.ts';

/** Cause of the silence of `nanoseconds` before a retransmission; the ends are as they stood before it. */
export function resendCause(s: Segment, words: Int32Array, own: number, peer: number, nanoseconds: number): number {
  const head = words[peer + Field.lastAck]!;
  const isTail = endOf(s) === words[own + Field.next];
  // RFC 8985 section 7.3: the probe is the last segment that was sent; a timeout resends the first (RFC 6298 section 5.4).
  if (isTail && (seqDiff(s.sequence, head) > 0 || nanoseconds < LEAST_RTO_NS)) return Cause.tailLossProbe;
  return nanoseconds < LEAST_RTO_NS ? Cause.lossRecovery : Cause.retransmissionTimeout;
}
