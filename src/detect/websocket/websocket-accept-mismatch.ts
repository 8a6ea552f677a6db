import { framesFilter } from '../finding.ts';
import { type WebSocketDetector, handshakeFrames } from './facts.ts';

export const websocketAcceptMismatch: WebSocketDetector = {
  id: 'websocket-accept-mismatch',
  title: 'A WebSocket handshake that proves nothing',
  why: 'Sec-WebSocket-Accept has to follow from the key of the request. Where it does not, the answer comes from something that does not know WebSocket, or from a cache; clients have to give up the connection.',
  references: [{ spec: 'RFC 6455', section: '4.2.2' }],
  *detect(sites) {
    for (const site of sites) {
      const { accept, expectedAccept } = site.socket.handshake;
      if (expectedAccept === null || accept === expectedAccept) continue;
      const frames = handshakeFrames(site);
      yield {
        severity: 'alert',
        confidence: 1,
        connection: site.name,
        summary: `${site.server}  ${accept === null ? 'no Sec-WebSocket-Accept' : `Sec-WebSocket-Accept ${accept}`}, where the key asks for ${expectedAccept}`,
        frameCount: frames.length,
        frames,
        measured: { accept: accept ?? '', expected: expectedAccept },
        displayFilter: framesFilter(frames),
        about: site.server,
      };
    }
  },
};
