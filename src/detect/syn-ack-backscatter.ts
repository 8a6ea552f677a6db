import type { Detector } from './finding.ts';
import { relatedClaims } from './flood/related/claim.ts';
import type { Related } from './flood/related/related.ts';

export const synAckBackscatter: Detector = {
  id: 'syn-ack-backscatter',
  title: 'Backscatter: answers that nobody asked for',
  why: 'Somebody floods a server with SYNs in the names of other hosts; its SYN-ACKs and RSTs come to those. Where one host gets the answers of many servers, its address is used to bounce SYNs off them. Either way you are the spoofed one, and nobody here sent the SYNs.',
  references: [{ spec: 'RFC 9293', section: '3.5.2' }],
  detect: (facts) => relatedClaims(facts, 'syn-ack-backscatter', backscatterText),
};

const backscatterText = ({ measured, isReceiver }: Related): string =>
  isReceiver
    ? `got ${measured.count} answers to SYNs that it never sent, from`
    : `sent ${measured.count} answers to SYNs that nobody had sent, to`;
