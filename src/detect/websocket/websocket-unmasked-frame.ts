import { framesFilter } from '../finding.ts';
import type { WebSocketDetector } from './facts.ts';

export const websocketUnmaskedFrame: WebSocketDetector = {
  id: 'websocket-unmasked-frame',
  title: 'Frames masked the wrong way',
  why: 'What a client sends has to be masked, so that it cannot be made to look like HTTP to a proxy; what a server sends must not be. The other end has to close the connection.',
  references: [{ spec: 'RFC 6455', section: '5.1' }],
  *detect(sites) {
    for (const site of sites) {
      const { unmasked, masked, wrongFrames: frames } = site.noted;
      if (unmasked + masked === 0) continue;
      yield {
        severity: 'warning',
        confidence: 1,
        connection: site.name,
        summary: `${site.server}  ${unmasked} message${unmasked === 1 ? '' : 's'} of the client without a mask, ${masked} of the server with one`,
        frameCount: frames.length,
        frames,
        measured: { unmasked, masked },
        displayFilter: framesFilter(frames),
        about: site.server,
      };
    }
  },
};
