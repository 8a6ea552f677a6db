import type { Facts } from './facts.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, onlyConnection, plural, whoText } from './groups.ts';
import { type Loss, type LossGroup, eventsWith, lossGroups, oneSided, placeText, senderOf, sumOf } from './losses.ts';

/** Least timeout of Linux: shorter ones are not felt. */
const MIN_SECONDS = 0.2;
const LONG_SECONDS = 1;

export const tcpRtoStall: Detector = {
  id: 'tcp-rto-stall',
  title: 'Stalls until a timer ran out',
  why: 'A loss that no later segment showed to the receiver is noticed only when the retransmission timer runs out: 200 ms at least, and twice as long each time. Meanwhile nothing moves, and the sender starts again with one segment.',
  references: [
    { spec: 'RFC 6298', section: '5' },
    { spec: 'RFC 5681', section: '3.1' },
  ],
  *detect(facts) {
    const groups = lossGroups(facts, isStalled, frames(facts), ({ timeoutSeconds }) => timeoutSeconds);
    for (const group of groups) yield claim(facts, group);
  },
};

/** What is not about data is a close that nobody answered: tcp-fin-unanswered. */
const isStalled = (loss: Loss): boolean =>
  loss.timeouts > 0 &&
  loss.longestWaitSeconds >= MIN_SECONDS &&
  loss.timeoutSeconds >= MIN_SECONDS &&
  loss.resentBytes > 0;

const frames =
  ({ connections }: Facts) =>
  (loss: Loss): number[] =>
    eventsWith(connections, loss, ['timeout']).map(({ frame }) => frame);

function claim({ connections: c }: Facts, group: LossGroup): Claim {
  const { ids, losses, most } = group;
  const timeouts = sumOf(losses, (loss) => loss.timeouts);
  const seconds = sumOf(losses, ({ timeoutSeconds }) => timeoutSeconds);
  const backoff = Math.max(
    ...losses.map((loss) => Math.max(0, ...eventsWith(c, loss, ['timeout']).map((event) => event.backoff))),
  );
  const spurious = sumOf(losses, (loss) => loss.spurious);
  const resent = sumOf(losses, ({ resentSegments }) => resentSegments);
  return {
    severity: most >= LONG_SECONDS ? 'warning' : 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  the ${senderOf(group)} waited ${seconds.toFixed(1)} s for ${plural(timeouts, 'timeout')}${backoff > 1 ? ` (${backoff} in a row)` : ''}, ${placeText(c, losses)}`,
    frameCount: timeouts,
    frames: group.frames,
    measured: {
      connections: ids.length,
      timeouts,
      seconds,
      longestSeconds: most,
      inARow: backoff,
      minimumSeconds: MIN_SECONDS,
    },
    against: spurious > 0 ? [`${spurious} of ${plural(resent, 'segment')} sent again had arrived`] : [],
    unknowable: oneSided(c, losses),
    displayFilter: framesFilter(group.frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
