import type { Detector } from './finding.ts';

export const captureDrop: Detector = {
  id: 'capture-drop',
  title: 'The capture itself lost frames',
  why: 'The machine that captured could not keep up, so frames are missing that were on the wire.',
  references: [{ spec: 'draft-ietf-opsawg-pcapng', section: 'Interface Statistics Block' }],
  *detect({ source }) {
    for (const face of source.interfaces) {
      if (face.dropped === null || face.dropped === 0) continue;
      const name = face.name ?? 'an interface';
      const received = face.received ?? 0;
      yield {
        severity: 'warning',
        confidence: 1,
        summary: `${name} dropped ${face.dropped} frames while capturing; gaps below may be the capture's own`,
        frameCount: 0,
        frames: [],
        measured: { dropped: face.dropped, received },
        unknowable: ['which connections the lost frames belonged to'],
        displayFilter: 'tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment',
        about: name,
      };
    }
  },
};
