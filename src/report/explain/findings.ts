/** The long texts of findings, by id. To add one: its file in `findings/`, its line here. */
import { ackFlood } from './findings/ack-flood.ts';
import { captureDrop } from './findings/capture-drop.ts';
import { connectionFlood } from './findings/connection-flood.ts';
import { dnsFailure } from './findings/dns-failure.ts';
import { finFlood } from './findings/fin-flood.ts';
import { httpErrorBurst } from './findings/http-error-burst.ts';
import { httpFramingAmbiguity } from './findings/http-framing-ambiguity.ts';
import { httpKeepAliveRace } from './findings/http-keep-alive-race.ts';
import { httpRedirectChain } from './findings/http-redirect-chain.ts';
import { httpRedirectLoop } from './findings/http-redirect-loop.ts';
import { httpRedundantRequest } from './findings/http-redundant-request.ts';
import { httpSlow } from './findings/http-slow.ts';
import { ipChecksumBad } from './findings/ip-checksum-bad.ts';
import { ipFragmentOverlap } from './findings/ip-fragment-overlap.ts';
import { ipTtlExceeded } from './findings/ip-ttl-exceeded.ts';
import { ipUnreachable } from './findings/ip-unreachable.ts';
import { messageFramingError } from './findings/message-framing-error.ts';
import { messageSplit } from './findings/message-split.ts';
import { messageSticky } from './findings/message-sticky.ts';
import { rstFlood } from './findings/rst-flood.ts';
import { sshBruteForce } from './findings/ssh-brute-force.ts';
import { sshHostKeyChanged } from './findings/ssh-host-key-changed.ts';
import { sshHostKeyUnknown } from './findings/ssh-host-key-unknown.ts';
import { sshNoCommonAlgorithm } from './findings/ssh-no-common-algorithm.ts';
import { sshWeakAlgorithm } from './findings/ssh-weak-algorithm.ts';
import { synAckBackscatter } from './findings/syn-ack-backscatter.ts';
import { synFlood } from './findings/syn-flood.ts';
import { tcpAcceptQueueOverflow } from './findings/tcp-accept-queue-overflow.ts';
import { tcpCaptureGap } from './findings/tcp-capture-gap.ts';
import { tcpBufferbloat } from './findings/tcp-bufferbloat.ts';
import { tcpCloseWaitLeak } from './findings/tcp-close-wait-leak.ts';
import { tcpFastRetransmission } from './findings/tcp-fast-retransmission.ts';
import { tcpFinUnanswered } from './findings/tcp-fin-unanswered.ts';
import { tcpHalfOpen } from './findings/tcp-half-open.ts';
import { tcpHandshakeFailed } from './findings/tcp-handshake-failed.ts';
import { tcpHandshakeSlow } from './findings/tcp-handshake-slow.ts';
import { tcpKeepAliveKill } from './findings/tcp-keep-alive-kill.ts';
import { tcpLostWindowUpdate } from './findings/tcp-lost-window-update.ts';
import { tcpMtuBlackHole } from './findings/tcp-mtu-black-hole.ts';
import { tcpNagleDelayedAck } from './findings/tcp-nagle-delayed-ack.ts';
import { tcpOldDuplicateSyn } from './findings/tcp-old-duplicate-syn.ts';
import { tcpOutOfOrder } from './findings/tcp-out-of-order.ts';
import { tcpOverlapConflict } from './findings/tcp-overlap-conflict.ts';
import { tcpPortReuseInTimeWait } from './findings/tcp-port-reuse-in-time-wait.ts';
import { tcpReset } from './findings/tcp-reset.ts';
import { tcpRetransmissionRate } from './findings/tcp-retransmission-rate.ts';
import { tcpRtoStall } from './findings/tcp-rto-stall.ts';
import { tcpSplitHandshake } from './findings/tcp-split-handshake.ts';
import { tcpSpuriousRetransmission } from './findings/tcp-spurious-retransmission.ts';
import { tcpTinySegments } from './findings/tcp-tiny-segments.ts';
import { tcpWindowFull } from './findings/tcp-window-full.ts';
import { tcpZeroWindow } from './findings/tcp-zero-window.ts';
import { tlsCertificateExpired } from './findings/tls-certificate-expired.ts';
import { tlsCertificateNotYetValid } from './findings/tls-certificate-not-yet-valid.ts';
import { tlsChainIncomplete } from './findings/tls-chain-incomplete.ts';
import { tlsCompression } from './findings/tls-compression.ts';
import { tlsDowngrade } from './findings/tls-downgrade.ts';
import { tlsHandshakeFailed } from './findings/tls-handshake-failed.ts';
import { tlsHandshakeStalled } from './findings/tls-handshake-stalled.ts';
import { tlsInsecureRenegotiation } from './findings/tls-insecure-renegotiation.ts';
import { tlsNameMismatch } from './findings/tls-name-mismatch.ts';
import { tlsNoForwardSecrecy } from './findings/tls-no-forward-secrecy.ts';
import { tlsOldVersion } from './findings/tls-old-version.ts';
import { tlsUntrusted } from './findings/tls-untrusted.ts';
import { tlsWeakCipher } from './findings/tls-weak-cipher.ts';
import { tlsWeakKey } from './findings/tls-weak-key.ts';
import { tlsWeakSignature } from './findings/tls-weak-signature.ts';
import { websocketAbnormalClose } from './findings/websocket-abnormal-close.ts';
import { websocketAcceptMismatch } from './findings/websocket-accept-mismatch.ts';
import { websocketUnmaskedFrame } from './findings/websocket-unmasked-frame.ts';
import type { FindingExplanation } from './model.ts';

export const findingExplanations: ReadonlyMap<string, FindingExplanation> = new Map([
  ['ack-flood', ackFlood],
  ['capture-drop', captureDrop],
  ['connection-flood', connectionFlood],
  ['dns-failure', dnsFailure],
  ['fin-flood', finFlood],
  ['http-error-burst', httpErrorBurst],
  ['http-framing-ambiguity', httpFramingAmbiguity],
  ['http-keep-alive-race', httpKeepAliveRace],
  ['http-redirect-loop', httpRedirectLoop],
  ['http-redirect-chain', httpRedirectChain],
  ['http-redundant-request', httpRedundantRequest],
  ['http-slow', httpSlow],
  ['ip-checksum-bad', ipChecksumBad],
  ['ip-fragment-overlap', ipFragmentOverlap],
  ['ip-ttl-exceeded', ipTtlExceeded],
  ['ip-unreachable', ipUnreachable],
  ['message-framing-error', messageFramingError],
  ['message-split', messageSplit],
  ['message-sticky', messageSticky],
  ['rst-flood', rstFlood],
  ['ssh-brute-force', sshBruteForce],
  ['ssh-host-key-changed', sshHostKeyChanged],
  ['ssh-host-key-unknown', sshHostKeyUnknown],
  ['ssh-no-common-algorithm', sshNoCommonAlgorithm],
  ['ssh-weak-algorithm', sshWeakAlgorithm],
  ['syn-ack-backscatter', synAckBackscatter],
  ['syn-flood', synFlood],
  ['tcp-accept-queue-overflow', tcpAcceptQueueOverflow],
  ['tcp-capture-gap', tcpCaptureGap],
  ['tcp-close-wait-leak', tcpCloseWaitLeak],
  ['tcp-fast-retransmission', tcpFastRetransmission],
  ['tcp-fin-unanswered', tcpFinUnanswered],
  ['tcp-half-open', tcpHalfOpen],
  ['tcp-handshake-failed', tcpHandshakeFailed],
  ['tcp-handshake-slow', tcpHandshakeSlow],
  ['tcp-keep-alive-kill', tcpKeepAliveKill],
  ['tcp-lost-window-update', tcpLostWindowUpdate],
  ['tcp-mtu-black-hole', tcpMtuBlackHole],
  ['tcp-nagle-delayed-ack', tcpNagleDelayedAck],
  ['tcp-old-duplicate-syn', tcpOldDuplicateSyn],
  ['tcp-out-of-order', tcpOutOfOrder],
  ['tcp-overlap-conflict', tcpOverlapConflict],
  ['tcp-port-reuse-in-time-wait', tcpPortReuseInTimeWait],
  ['tcp-reset', tcpReset],
  ['tcp-retransmission-rate', tcpRetransmissionRate],
  ['tcp-rto-stall', tcpRtoStall],
  ['tcp-split-handshake', tcpSplitHandshake],
  ['tcp-spurious-retransmission', tcpSpuriousRetransmission],
  ['tcp-tiny-segments', tcpTinySegments],
  ['tcp-window-full', tcpWindowFull],
  ['tcp-bufferbloat', tcpBufferbloat],
  ['tcp-zero-window', tcpZeroWindow],
  ['tls-certificate-expired', tlsCertificateExpired],
  ['tls-certificate-not-yet-valid', tlsCertificateNotYetValid],
  ['tls-chain-incomplete', tlsChainIncomplete],
  ['tls-compression', tlsCompression],
  ['tls-downgrade', tlsDowngrade],
  ['tls-handshake-failed', tlsHandshakeFailed],
  ['tls-handshake-stalled', tlsHandshakeStalled],
  ['tls-insecure-renegotiation', tlsInsecureRenegotiation],
  ['tls-name-mismatch', tlsNameMismatch],
  ['tls-no-forward-secrecy', tlsNoForwardSecrecy],
  ['tls-old-version', tlsOldVersion],
  ['tls-untrusted', tlsUntrusted],
  ['tls-weak-cipher', tlsWeakCipher],
  ['tls-weak-key', tlsWeakKey],
  ['tls-weak-signature', tlsWeakSignature],
  ['websocket-abnormal-close', websocketAbnormalClose],
  ['websocket-accept-mismatch', websocketAcceptMismatch],
  ['websocket-unmasked-frame', websocketUnmaskedFrame],
]);
