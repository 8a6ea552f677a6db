import { type Claim, type Detector, framesFilter } from './finding.ts';
import { type MessageListener, causesText, hasTrouble, measuredOf, messageListeners } from './message-listeners.ts';

export const messageSplit: Detector = {
  id: 'message-split',
  title: 'Messages over several segments',
  why: 'A message larger than a segment, or than what the window or a segment had left, arrives in parts, and one read returns less than a message. A receiver that does not wait for the rest takes a part for the whole, and the rest for the next message.',
  references: [
    { spec: 'RFC 9293', section: '2.2' },
    { spec: 'RFC 9293', section: '3.7.1' },
  ],
  *detect(facts) {
    for (const listener of messageListeners(facts, 'split')) yield claim(listener);
  },
};

function claim(listener: MessageListener): Claim {
  const { name, messages, affected, frameCount, frames, framing } = listener;
  const isTrouble = hasTrouble(listener);
  const causes = causesText(listener);
  const why = causes === '' ? '' : ` (${causes})`;
  const trouble = isTrouble ? '; the server left some unanswered, but none of those that came whole' : '';
  return {
    severity: isTrouble ? 'warning' : 'info',
    confidence: isTrouble ? 0.7 : 0.95,
    summary: `${name}  ${affected} of ${messages} messages lie over several segments${why}${trouble}`,
    frameCount,
    frames: frames.slice(0, 100),
    measured: measuredOf(listener),
    against: isTrouble ? ['a protocol in which not every message has an answer looks the same'] : [],
    unknowable: ['how the receiver reads', 'whether the framing that was given is the right one'],
    displayFilter: framesFilter(frames),
    about: `${name} ${framing}`,
  };
}
