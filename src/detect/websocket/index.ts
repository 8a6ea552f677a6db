/** Detectors of WebSocket, in report order. */
import type { WebSocketDetector, WebSocketSite } from './facts.ts';
import { type Finding, bySeverity, findingOf } from '../finding.ts';
import { websocketAbnormalClose } from './websocket-abnormal-close.ts';
import { websocketAcceptMismatch } from './websocket-accept-mismatch.ts';
import { websocketUnmaskedFrame } from './websocket-unmasked-frame.ts';

export const websocketDetectors: readonly WebSocketDetector[] = [
  websocketAcceptMismatch,
  websocketUnmaskedFrame,
  websocketAbnormalClose,
];

/** All findings, the most severe first. */
export function detectWebSocket(sites: readonly WebSocketSite[]): Finding[] {
  return bySeverity(
    websocketDetectors.flatMap((detector) => [...detector.detect(sites)].map((claim) => findingOf(detector, claim))),
  );
}
