import type { Detector } from './finding.ts';
import { relatedClaims } from './flood/related/claim.ts';

export const finFlood: Detector = {
  id: 'fin-flood',
  title: 'FIN flood',
  why: 'FINs of connections that never were. Without ACK no stack sends them and a listener drops them; tools send them to pass simple filters.',
  references: [{ spec: 'RFC 9293', section: '3.10.7' }],
  detect: (facts) =>
    relatedClaims(
      facts,
      'fin-flood',
      ({ measured }) => `FIN flood: ${measured.count} FINs of connections that never were, from`,
    ),
};
