/**
 * Why a sender sent something again after a silence: what `flow/recovery/` found out, and for what it could not explain, or
 * did not follow, a rule of thumb.
 */
import { Field } from '../analysis/rows.ts';
import { type Segment, endOf } from '../analysis/segment.ts';
import { Cause as Judged } from '../recovery/causes.ts';
import { LEAST_RTO_NS, PROBE_SLACK_NS } from './limits.ts';
import { Cause } from './names.ts';

/** By the cause of the resend. */
const causes: Readonly<Record<number, number>> = {
  [Judged.fast]: Cause.lossRecovery,
  [Judged.sack]: Cause.lossRecovery,
  [Judged.partial]: Cause.lossRecovery,
  [Judged.timeout]: Cause.retransmissionTimeout,
  [Judged.afterTimeout]: Cause.lossRecovery,
  [Judged.probe]: Cause.tailLossProbe,
  [Judged.pathMtu]: Cause.lossRecovery,
};

/**
 * Cause of the silence of `nanoseconds` before a retransmission; the ends are as they stood before it. `isRepeat`: the
 * sender has sent something again already, and waits for the ACK. `roundTrip` is 0 while not known. `sack`: both ends
 * know selective acknowledgments, without which nobody probes (RFC 8985 section 3.1).
 */
export function resendCause(
  judged: number,
  s: Segment,
  words: Int32Array,
  own: number,
  peer: number,
  nanoseconds: number,
  isRepeat: boolean,
  roundTrip: number,
  sack: boolean,
): number {
  if (judged !== Judged.none && judged < Judged.unexplained) return causes[judged]!;
  const isTail = endOf(s) === words[own + Field.next];
  // A timeout resends the first segment (RFC 6298 section 5.4), a probe the last (RFC 8985 section 7.3).
  const isOnly = s.sequence === words[peer + Field.lastAck];
  const isSoon = nanoseconds <= 2 * roundTrip + PROBE_SLACK_NS;
  if (sack && isTail && !isRepeat && (!isOnly || isSoon)) return Cause.tailLossProbe;
  return nanoseconds < LEAST_RTO_NS ? Cause.lossRecovery : Cause.retransmissionTimeout;
}
