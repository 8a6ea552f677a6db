import type { Detector } from './finding.ts';
import { relatedClaims } from './flood/related/claim.ts';

export const connectionFlood: Detector = {
  id: 'connection-flood',
  title: 'Connection flood',
  why: 'Whole handshakes and then silence: each connection takes a place in the application and in the table of its host until a timeout. The addresses are real, because a made-up one cannot finish a handshake.',
  references: [{ spec: 'RFC 9293', section: '3.8.4' }],
  detect: (facts) =>
    relatedClaims(
      facts,
      'connection-flood',
      ({ measured }) =>
        `Connection flood: ${measured.mostAtOnce} connections open at once on which nothing is sent, from`,
    ),
};
