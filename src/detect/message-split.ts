import type { Detector } from './finding.ts';
import { claimOf, messageListeners } from './message-listeners.ts';

export const messageSplit: Detector = {
  id: 'message-split',
  title: 'Messages over several segments',
  why: 'A message larger than a segment, or than what the window or a segment had left, arrives in parts, and one read returns less than a message. A receiver that does not wait for the rest takes a part for the whole, and the rest for the next message.',
  references: [
    { spec: 'RFC 9293', section: '2.2' },
    { spec: 'RFC 9293', section: '3.7.1' },
  ],
  *detect(facts) {
    for (const listener of messageListeners(facts, 'split'))
      yield claimOf(listener, 'lie over several segments', 'whole');
  },
};
