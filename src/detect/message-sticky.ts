import { type Claim, type Detector, framesFilter } from './finding.ts';
import { type MessageListener, causesText, hasTrouble, measuredOf, messageListeners } from './message-listeners.ts';

export const messageSticky: Detector = {
  id: 'message-sticky',
  title: 'Messages that share a segment',
  why: 'TCP carries bytes, not messages: what was written apart may arrive together, and one read returns several messages. A receiver that takes what a read returns for one message loses the others. It has to gather bytes and take messages from them.',
  references: [
    { spec: 'RFC 9293', section: '2.2' },
    { spec: 'RFC 9293', section: '3.7.4' },
  ],
  *detect(facts) {
    for (const listener of messageListeners(facts, 'sticky')) yield claim(listener);
  },
};

function claim(listener: MessageListener): Claim {
  const { name, messages, affected, frameCount, frames, framing } = listener;
  const isTrouble = hasTrouble(listener);
  const causes = causesText(listener);
  const why = causes === '' ? '' : ` (${causes})`;
  const trouble = isTrouble ? '; the server left some unanswered, but none of those that came alone' : '';
  return {
    severity: isTrouble ? 'warning' : 'info',
    confidence: isTrouble ? 0.7 : 0.95,
    summary: `${name}  ${affected} of ${messages} messages share a segment with another${why}${trouble}`,
    frameCount,
    frames: frames.slice(0, 100),
    measured: measuredOf(listener),
    against: isTrouble ? ['a protocol in which not every message has an answer looks the same'] : [],
    unknowable: ['how the receiver reads', 'whether the framing that was given is the right one'],
    displayFilter: framesFilter(frames),
    about: `${name} ${framing}`,
  };
}
