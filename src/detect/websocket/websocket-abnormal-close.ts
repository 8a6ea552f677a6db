import { closeCodeText, isNormalClose } from '../../app/websocket/close-codes.ts';
import { framesFilter } from '../finding.ts';
import { type WebSocketDetector, type WebSocketSite, handshakeFrames } from './facts.ts';

export const websocketAbnormalClose: WebSocketDetector = {
  id: 'websocket-abnormal-close',
  title: 'A WebSocket that did not end in order',
  why: 'Either a close frame names an error, or the connection ended without one: the application sees code 1006, and messages may be lost.',
  references: [
    { spec: 'RFC 6455', section: '7.1.5' },
    { spec: 'RFC 6455', section: '7.4.1' },
  ],
  *detect(sites) {
    for (const site of sites) {
      const what = isRefused(site) ? null : endOf(site);
      if (what === null) continue;
      const frames = what.frames.length === 0 ? handshakeFrames(site) : what.frames;
      yield {
        severity: what.isBroken ? 'notice' : 'warning',
        confidence: 0.9,
        connection: site.name,
        summary: `${site.server}  ${what.text}`,
        frameCount: frames.length,
        frames,
        measured: { code: what.code },
        unknowable: what.isBroken ? ['whether the page was simply left: browsers need not say goodbye'] : [],
        displayFilter: framesFilter(frames),
        about: `${what.code} ${site.server}`,
      };
    }
  },
};

/** A client that gets a wrong answer to its key has to give up, and has nothing to close: RFC 6455 section 4.1. */
const isRefused = ({ socket: { handshake }, noted }: WebSocketSite): boolean =>
  noted.count === 0 && handshake.expectedAccept !== null && handshake.accept !== handshake.expectedAccept;

interface End {
  readonly code: number;
  readonly text: string;
  readonly frames: number[];
  /** The connection broke off without a close frame. */
  readonly isBroken: boolean;
}

/** Null for an end in order, and for connections that were still open when the capture ended. */
function endOf({ socket, reset, noted }: WebSocketSite): End | null {
  const [first] = socket.closes;
  if (first !== undefined) {
    if (isNormalClose(first.code)) return null;
    const code = first.code!;
    const reason = noted.closeReason ?? '';
    return {
      code,
      text: `closed with ${code} (${closeCodeText(code)})${reason === '' ? '' : `: ${reason}`}`,
      frames: [first.at.frame],
      isBroken: false,
    };
  }
  if (reset !== null) return { code: 1006, text: 'reset without a close frame', frames: [reset.frame], isBroken: true };
  if (socket.ended === null || socket.broken) return null;
  return { code: 1006, text: 'the connection was closed without a close frame', frames: [], isBroken: true };
}
