import type { Detector } from './finding.ts';
import { relatedClaims } from './flood/related/claim.ts';

export const ackFlood: Detector = {
  id: 'ack-flood',
  title: 'ACK flood',
  why: 'Segments of connections that never were. The host looks each of them up and answers with a RST; firewalls and balancers in front of it may open state for them. The addresses are mostly made up.',
  references: [{ spec: 'RFC 9293', section: '3.5.2' }],
  detect: (facts) =>
    relatedClaims(
      facts,
      'ack-flood',
      ({ measured }) =>
        `ACK flood: ${measured.count} connections without a handshake, ${measured.answered} answered with RST, from`,
    ),
};
