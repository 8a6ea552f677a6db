/** The registry of detectors, in the order of reports. To add one: write its file, add its line here. */
import { captureDrop } from './capture-drop.ts';
import type { Facts } from './facts.ts';
import { type Detector, type Finding, bySeverity, findingOf } from './finding.ts';
import { ipChecksumBad } from './ip-checksum-bad.ts';
import { ipFragmentOverlap } from './ip-fragment-overlap.ts';
import { ipTtlExceeded } from './ip-ttl-exceeded.ts';
import { ipUnreachable } from './ip-unreachable.ts';
import { synFlood } from './syn-flood.ts';
import { tcpAcceptQueueOverflow } from './tcp-accept-queue-overflow.ts';
import { tcpCloseWaitLeak } from './tcp-close-wait-leak.ts';
import { tcpFinUnanswered } from './tcp-fin-unanswered.ts';
import { tcpHalfOpen } from './tcp-half-open.ts';
import { tcpHandshakeFailed } from './tcp-handshake-failed.ts';
import { tcpHandshakeSlow } from './tcp-handshake-slow.ts';
import { tcpOldDuplicateSyn } from './tcp-old-duplicate-syn.ts';
import { tcpPortReuseInTimeWait } from './tcp-port-reuse-in-time-wait.ts';
import { tcpReset } from './tcp-reset.ts';
import { tcpSplitHandshake } from './tcp-split-handshake.ts';

export const detectors: readonly Detector[] = [
  captureDrop,
  synFlood,
  tcpHandshakeFailed,
  tcpHalfOpen,
  tcpAcceptQueueOverflow,
  tcpOldDuplicateSyn,
  tcpSplitHandshake,
  tcpHandshakeSlow,
  tcpReset,
  tcpCloseWaitLeak,
  tcpFinUnanswered,
  tcpPortReuseInTimeWait,
  ipUnreachable,
  ipTtlExceeded,
  ipFragmentOverlap,
  ipChecksumBad,
];

/** Findings of one detector; the rest is a limit reached. Detectors tell the weightiest first. */
const MAX_FINDINGS_PER_DETECTOR = 1000;

/** All findings, the most severe first; among equals in the registry's order. */
export function detectAll(facts: Facts): Finding[] {
  const findings: Finding[] = [];
  for (const detector of detectors) {
    let told = 0;
    for (const claim of detector.detect(facts)) {
      if (++told > MAX_FINDINGS_PER_DETECTOR) {
        facts.limits.add('findings');
        break;
      }
      findings.push(findingOf(detector, claim));
    }
  }
  return bySeverity(findings);
}
