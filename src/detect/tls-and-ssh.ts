/** Detectors of TLS and SSH, in the order of reports. They judge what `tls` and `ssh` gather: elsewhere they are silent. */
import type { Detector } from './finding.ts';
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

export const tlsDetectors: readonly Detector[] = [
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
];

export const sshDetectors: readonly Detector[] = [
  sshHostKeyChanged,
  sshHostKeyUnknown,
  sshWeakAlgorithm,
  sshNoCommonAlgorithm,
  sshBruteForce,
];
