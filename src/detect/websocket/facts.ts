/** What detectors of WebSocket judge. */
import type { WebSocketConnection } from '../../app/websocket/gathered.ts';
import type { Claim, Detector } from '../finding.ts';

export interface WebSocketSite extends WebSocketConnection {
  /** As in `tcp:3`. */
  readonly name: string;
  readonly server: string;
  /** A RST ended the connection. */
  readonly reset: { readonly frame: number; readonly side: 0 | 1 } | null;
}

export interface WebSocketDetector extends Omit<Detector, 'detect'> {
  detect(sites: readonly WebSocketSite[]): Iterable<Claim>;
}

/** Frames of the request and its answer. */
export const handshakeFrames = ({ transaction: { request, response } }: WebSocketSite): number[] =>
  [request?.complete.frame, response?.complete.frame].filter((frame) => frame !== undefined);
