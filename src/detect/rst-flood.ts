import type { Detector } from './finding.ts';
import { relatedClaims } from './flood/related/claim.ts';

export const rstFlood: Detector = {
  id: 'rst-flood',
  title: 'RST flood',
  why: 'Resets of connections that never were, from addresses that are made up. A host drops them without an answer; they cost it and its firewall a look-up each, and hit a connection by chance.',
  references: [{ spec: 'RFC 5961', section: '3' }],
  detect: (facts) =>
    relatedClaims(
      facts,
      'rst-flood',
      ({ measured }) => `RST flood: ${measured.count} resets of connections that never were, from`,
    ),
};
