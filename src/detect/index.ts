/** The registry of detectors, in the order of reports. To add one: write its file, add its line here. */
import { ackFlood } from './ack-flood.ts';
import { captureDrop } from './capture-drop.ts';
import { connectionFlood } from './connection-flood.ts';
import { decodedFindings } from './decoded.ts';
import type { Facts } from './facts.ts';
import { type Detector, type Finding, bySeverity, findingOf } from './finding.ts';
import { finFlood } from './fin-flood.ts';
import { ipChecksumBad } from './ip-checksum-bad.ts';
import { ipFragmentOverlap } from './ip-fragment-overlap.ts';
import { ipTtlExceeded } from './ip-ttl-exceeded.ts';
import { ipUnreachable } from './ip-unreachable.ts';
import { messageFramingError } from './message-framing-error.ts';
import { messageSplit } from './message-split.ts';
import { messageSticky } from './message-sticky.ts';
import { rstFlood } from './rst-flood.ts';
import { synAckBackscatter } from './syn-ack-backscatter.ts';
import { synFlood } from './syn-flood.ts';
import { tcpAcceptQueueOverflow } from './tcp-accept-queue-overflow.ts';
import { tcpBufferbloat } from './tcp-bufferbloat.ts';
import { tcpCloseWaitLeak } from './tcp-close-wait-leak.ts';
import { tcpFinUnanswered } from './tcp-fin-unanswered.ts';
import { tcpHalfOpen } from './tcp-half-open.ts';
import { tcpHandshakeFailed } from './tcp-handshake-failed.ts';
import { tcpHandshakeSlow } from './tcp-handshake-slow.ts';
import { tcpLostWindowUpdate } from './tcp-lost-window-update.ts';
import { tcpNagleDelayedAck } from './tcp-nagle-delayed-ack.ts';
import { tcpOldDuplicateSyn } from './tcp-old-duplicate-syn.ts';
import { tcpOverlapConflict } from './tcp-overlap-conflict.ts';
import { tcpPortReuseInTimeWait } from './tcp-port-reuse-in-time-wait.ts';
import { tcpReset } from './tcp-reset.ts';
import { tcpMtuBlackHole } from './tcp-mtu-black-hole.ts';
import { tcpRtoStall } from './tcp-rto-stall.ts';
import { tcpRetransmissionRate } from './tcp-retransmission-rate.ts';
import { tcpSpuriousRetransmission } from './tcp-spurious-retransmission.ts';
import { tcpOutOfOrder } from './tcp-out-of-order.ts';
import { tcpFastRetransmission } from './tcp-fast-retransmission.ts';
import { tcpKeepAliveKill } from './tcp-keep-alive-kill.ts';
import { tcpCaptureGap } from './tcp-capture-gap.ts';
import { tcpSplitHandshake } from './tcp-split-handshake.ts';
import { tcpTinySegments } from './tcp-tiny-segments.ts';
import { tcpWindowFull } from './tcp-window-full.ts';
import { sshDetectors, tlsDetectors } from './tls-and-ssh.ts';
import { tcpZeroWindow } from './tcp-zero-window.ts';

export const detectors: readonly Detector[] = [
  captureDrop,
  synFlood,
  ackFlood,
  rstFlood,
  finFlood,
  connectionFlood,
  synAckBackscatter,
  tcpHandshakeFailed,
  tcpHalfOpen,
  tcpAcceptQueueOverflow,
  tcpOldDuplicateSyn,
  tcpSplitHandshake,
  tcpHandshakeSlow,
  tcpZeroWindow,
  tcpLostWindowUpdate,
  tcpWindowFull,
  tcpBufferbloat,
  tcpNagleDelayedAck,
  tcpTinySegments,
  tcpReset,
  tcpCloseWaitLeak,
  tcpFinUnanswered,
  tcpPortReuseInTimeWait,
  tcpMtuBlackHole,
  tcpRtoStall,
  tcpRetransmissionRate,
  tcpSpuriousRetransmission,
  tcpOutOfOrder,
  tcpFastRetransmission,
  tcpKeepAliveKill,
  tcpCaptureGap,
  ipUnreachable,
  ipTtlExceeded,
  ipFragmentOverlap,
  ipChecksumBad,
  tcpOverlapConflict,
  messageFramingError,
  messageSticky,
  messageSplit,
];

/** Those that judge streams and messages: they have something to say where a command puts streams in order. */
export const streamDetectors: readonly Detector[] = [
  tcpOverlapConflict,
  messageFramingError,
  messageSticky,
  messageSplit,
];

/** Those that `synflood` tells of. */
export const floodDetectors: readonly Detector[] = [
  synFlood,
  ackFlood,
  rstFlood,
  finFlood,
  synAckBackscatter,
  connectionFlood,
];

/** Findings of one detector; the rest is a limit reached. Detectors tell the weightiest first. */
const MAX_FINDINGS_PER_DETECTOR = 1000;

/** Of a command that decoded TLS or SSH. */
const secured: readonly Detector[] = [...tlsDetectors, ...sshDetectors];

/** All findings, of decoded protocols too, the most severe first; among equals in the registry's order. */
export function detectAll(facts: Facts, among: readonly Detector[] = detectors): Finding[] {
  const findings: Finding[] = [];
  const isAll = among === detectors;
  for (const detector of isAll ? [...detectors, ...secured] : among) {
    let told = 0;
    for (const claim of detector.detect(facts)) {
      if (++told > MAX_FINDINGS_PER_DETECTOR) {
        facts.limits.add('findings');
        break;
      }
      findings.push(findingOf(detector, claim));
    }
  }
  return bySeverity(isAll ? [...findings, ...decodedFindings(facts)] : findings);
}
