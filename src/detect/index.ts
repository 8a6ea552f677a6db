/** The registry of detectors, in the order of reports. To add one: write its file, add its line here. */
import { captureDrop } from './capture-drop.ts';
import type { Facts } from './facts.ts';
import { type Finding, fingerprint, severities, type Detector } from './finding.ts';
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
import { tlsHandshakeFailed } from './tls-handshake-failed.ts';
import { tlsHandshakeStalled } from './tls-handshake-stalled.ts';
import { tlsOldVersion } from './tls-old-version.ts';
import { tlsWeakCipher } from './tls-weak-cipher.ts';
import { tlsNoForwardSecrecy } from './tls-no-forward-secrecy.ts';
import { tlsWeakSignature } from './tls-weak-signature.ts';
import { tlsWeakKey } from './tls-weak-key.ts';
import { tlsCertificateExpired } from './tls-certificate-expired.ts';
import { tlsCertificateNotYetValid } from './tls-certificate-not-yet-valid.ts';
import { tlsNameMismatch } from './tls-name-mismatch.ts';
import { tlsChainIncomplete } from './tls-chain-incomplete.ts';
import { tlsUntrusted } from './tls-untrusted.ts';
import { tlsInsecureRenegotiation } from './tls-insecure-renegotiation.ts';
import { tlsCompression } from './tls-compression.ts';
import { tlsDowngrade } from './tls-downgrade.ts';
import { sshHostKeyChanged } from './ssh-host-key-changed.ts';
import { sshHostKeyUnknown } from './ssh-host-key-unknown.ts';
import { sshWeakAlgorithm } from './ssh-weak-algorithm.ts';
import { sshNoCommonAlgorithm } from './ssh-no-common-algorithm.ts';
import { sshBruteForce } from './ssh-brute-force.ts';

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
  tlsHandshakeFailed,
  tlsHandshakeStalled,
  tlsOldVersion,
  tlsWeakCipher,
  tlsNoForwardSecrecy,
  tlsWeakSignature,
  tlsWeakKey,
  tlsCertificateExpired,
  tlsCertificateNotYetValid,
  tlsNameMismatch,
  tlsChainIncomplete,
  tlsUntrusted,
  tlsInsecureRenegotiation,
  tlsCompression,
  tlsDowngrade,
  sshHostKeyChanged,
  sshHostKeyUnknown,
  sshWeakAlgorithm,
  sshNoCommonAlgorithm,
  sshBruteForce,
  ipUnreachable,
  ipTtlExceeded,
  ipFragmentOverlap,
  ipChecksumBad,
];

/** Findings of one detector; the rest is a limit reached. Detectors tell the weightiest first. */
const MAX_FINDINGS_PER_DETECTOR = 1000;

/** All findings, the most severe first; among equals in the registry's order. */
/** `prefix`: only detectors whose ids begin so. */
export function detectAll(facts: Facts, prefix = ''): Finding[] {
  const findings: Finding[] = [];
  for (const detector of detectors.filter(({ id }) => id.startsWith(prefix))) {
    let told = 0;
    for (const { about, against = [], unknowable = [], connection = null, ...claim } of detector.detect(facts)) {
      if (++told > MAX_FINDINGS_PER_DETECTOR) {
        facts.limits.add('findings');
        break;
      }
      findings.push({
        id: detector.id,
        severity: claim.severity,
        confidence: claim.confidence,
        connection,
        summary: claim.summary,
        frameCount: claim.frameCount,
        frames: claim.frames,
        measured: claim.measured,
        against,
        unknowable,
        displayFilter: claim.displayFilter,
        references: [...detector.references],
        fingerprint: fingerprint(`${detector.id} ${about}`),
      });
    }
  }
  return findings.toSorted((a, b) => rank(b) - rank(a));
}

const rank = (finding: Finding): number => severities.indexOf(finding.severity);
