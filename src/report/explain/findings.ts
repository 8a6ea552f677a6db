/** The long texts of findings, by id. To add one: its file in `findings/`, its line here. */
import { ackFlood } from './findings/ack-flood.ts';
import { captureDrop } from './findings/capture-drop.ts';
import { connectionFlood } from './findings/connection-flood.ts';
import { finFlood } from './findings/fin-flood.ts';
import { ipChecksumBad } from './findings/ip-checksum-bad.ts';
import { ipFragmentOverlap } from './findings/ip-fragment-overlap.ts';
import { ipTtlExceeded } from './findings/ip-ttl-exceeded.ts';
import { ipUnreachable } from './findings/ip-unreachable.ts';
import { messageFramingError } from './findings/message-framing-error.ts';
import { messageSplit } from './findings/message-split.ts';
import { messageSticky } from './findings/message-sticky.ts';
import { rstFlood } from './findings/rst-flood.ts';
import { synAckBackscatter } from './findings/syn-ack-backscatter.ts';
import { synFlood } from './findings/syn-flood.ts';
import { tcpAcceptQueueOverflow } from './findings/tcp-accept-queue-overflow.ts';
import { tcpCloseWaitLeak } from './findings/tcp-close-wait-leak.ts';
import { tcpFinUnanswered } from './findings/tcp-fin-unanswered.ts';
import { tcpHalfOpen } from './findings/tcp-half-open.ts';
import { tcpHandshakeFailed } from './findings/tcp-handshake-failed.ts';
import { tcpHandshakeSlow } from './findings/tcp-handshake-slow.ts';
import { tcpLostWindowUpdate } from './findings/tcp-lost-window-update.ts';
import { tcpNagleDelayedAck } from './findings/tcp-nagle-delayed-ack.ts';
import { tcpOldDuplicateSyn } from './findings/tcp-old-duplicate-syn.ts';
import { tcpOverlapConflict } from './findings/tcp-overlap-conflict.ts';
import { tcpPortReuseInTimeWait } from './findings/tcp-port-reuse-in-time-wait.ts';
import { tcpReset } from './findings/tcp-reset.ts';
import { tcpSplitHandshake } from './findings/tcp-split-handshake.ts';
import { tcpTinySegments } from './findings/tcp-tiny-segments.ts';
import { tcpWindowFull } from './findings/tcp-window-full.ts';
import { tcpZeroWindow } from './findings/tcp-zero-window.ts';
import type { FindingExplanation } from './model.ts';

export const findingExplanations: ReadonlyMap<string, FindingExplanation> = new Map([
  ['ack-flood', ackFlood],
  ['capture-drop', captureDrop],
  ['connection-flood', connectionFlood],
  ['fin-flood', finFlood],
  ['ip-checksum-bad', ipChecksumBad],
  ['ip-fragment-overlap', ipFragmentOverlap],
  ['ip-ttl-exceeded', ipTtlExceeded],
  ['ip-unreachable', ipUnreachable],
  ['message-framing-error', messageFramingError],
  ['message-split', messageSplit],
  ['message-sticky', messageSticky],
  ['rst-flood', rstFlood],
  ['syn-ack-backscatter', synAckBackscatter],
  ['syn-flood', synFlood],
  ['tcp-accept-queue-overflow', tcpAcceptQueueOverflow],
  ['tcp-close-wait-leak', tcpCloseWaitLeak],
  ['tcp-fin-unanswered', tcpFinUnanswered],
  ['tcp-half-open', tcpHalfOpen],
  ['tcp-handshake-failed', tcpHandshakeFailed],
  ['tcp-handshake-slow', tcpHandshakeSlow],
  ['tcp-lost-window-update', tcpLostWindowUpdate],
  ['tcp-nagle-delayed-ack', tcpNagleDelayedAck],
  ['tcp-old-duplicate-syn', tcpOldDuplicateSyn],
  ['tcp-overlap-conflict', tcpOverlapConflict],
  ['tcp-port-reuse-in-time-wait', tcpPortReuseInTimeWait],
  ['tcp-reset', tcpReset],
  ['tcp-split-handshake', tcpSplitHandshake],
  ['tcp-tiny-segments', tcpTinySegments],
  ['tcp-window-full', tcpWindowFull],
  ['tcp-zero-window', tcpZeroWindow],
]);
