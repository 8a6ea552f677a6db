/** The long texts of findings, by id. To add one: its file in `findings/`, its line here. */
import { captureDrop } from './findings/capture-drop.ts';
import { ipChecksumBad } from './findings/ip-checksum-bad.ts';
import { ipFragmentOverlap } from './findings/ip-fragment-overlap.ts';
import { ipTtlExceeded } from './findings/ip-ttl-exceeded.ts';
import { ipUnreachable } from './findings/ip-unreachable.ts';
import { synFlood } from './findings/syn-flood.ts';
import { tcpAcceptQueueOverflow } from './findings/tcp-accept-queue-overflow.ts';
import { tcpCloseWaitLeak } from './findings/tcp-close-wait-leak.ts';
import { tcpFinUnanswered } from './findings/tcp-fin-unanswered.ts';
import { tcpHalfOpen } from './findings/tcp-half-open.ts';
import { tcpHandshakeFailed } from './findings/tcp-handshake-failed.ts';
import { tcpHandshakeSlow } from './findings/tcp-handshake-slow.ts';
import { tcpOldDuplicateSyn } from './findings/tcp-old-duplicate-syn.ts';
import { tcpPortReuseInTimeWait } from './findings/tcp-port-reuse-in-time-wait.ts';
import { tcpReset } from './findings/tcp-reset.ts';
import { tcpSplitHandshake } from './findings/tcp-split-handshake.ts';
import type { FindingExplanation } from './model.ts';

export const findingExplanations: ReadonlyMap<string, FindingExplanation> = new Map([
  ['capture-drop', captureDrop],
  ['ip-checksum-bad', ipChecksumBad],
  ['ip-fragment-overlap', ipFragmentOverlap],
  ['ip-ttl-exceeded', ipTtlExceeded],
  ['ip-unreachable', ipUnreachable],
  ['syn-flood', synFlood],
  ['tcp-accept-queue-overflow', tcpAcceptQueueOverflow],
  ['tcp-close-wait-leak', tcpCloseWaitLeak],
  ['tcp-fin-unanswered', tcpFinUnanswered],
  ['tcp-half-open', tcpHalfOpen],
  ['tcp-handshake-failed', tcpHandshakeFailed],
  ['tcp-handshake-slow', tcpHandshakeSlow],
  ['tcp-old-duplicate-syn', tcpOldDuplicateSyn],
  ['tcp-port-reuse-in-time-wait', tcpPortReuseInTimeWait],
  ['tcp-reset', tcpReset],
  ['tcp-split-handshake', tcpSplitHandshake],
]);
