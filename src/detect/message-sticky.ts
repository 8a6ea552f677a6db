import type { Detector } from './finding.ts';
import { claimOf, messageListeners } from './message-listeners.ts';

export const messageSticky: Detector = {
  id: 'message-sticky',
  title: 'Messages that share a segment',
  why: 'TCP carries bytes, not messages: what was written apart may arrive together, and one read returns several messages. A receiver that takes what a read returns for one message loses the others. It has to gather bytes and take messages from them.',
  references: [
    { spec: 'RFC 9293', section: '2.2' },
    { spec: 'RFC 9293', section: '3.7.4' },
  ],
  *detect(facts) {
    for (const listener of messageListeners(facts, 'sticky'))
      yield claimOf(listener, 'share a segment with another', 'alone');
  },
};
