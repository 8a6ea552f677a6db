import type { Facts } from './facts.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, onlyConnection, plural, whoText } from './groups.ts';
import { type Loss, type LossGroup, eventsWith, lossGroups, placeText, repairs, senderOf, sumOf } from './losses.ts';

export const tcpFastRetransmission: Detector = {
  id: 'tcp-fast-retransmission',
  title: 'Losses that were mended at once',
  why: 'The receiver told of a missing segment by acknowledging what came before it again and again; at the third time the sender sent it again without waiting for a timer. That costs a round trip and half of the sending rate.',
  references: [
    { spec: 'RFC 5681', section: '3.2' },
    { spec: 'RFC 6675', section: '5' },
  ],
  *detect(facts) {
    const { connections: c } = facts;
    const groups = lossGroups(
      facts,
      (loss) => needed(loss) > 0,
      (loss) =>
        eventsWith(c, loss, repairs).flatMap(({ triggerFrame, frame }) =>
          triggerFrame === null ? [frame] : [triggerFrame, frame],
        ),
      ({ recoverySeconds }) => recoverySeconds,
    );
    for (const group of groups) yield claim(facts, group);
  },
};

const mended = ({ fastRetransmits, sackRetransmits, partialAckRetransmits }: Loss): number =>
  fastRetransmits + sackRetransmits + partialAckRetransmits;

/** Lost for certain: not those that turned out to be needless. */
const needed = (loss: Loss): number => Math.min(mended(loss), loss.lostBeforeTap + loss.lostAfterTap);

function claim({ connections: c }: Facts, group: LossGroup): Claim {
  const { ids, losses, most } = group;
  const segments = sumOf(losses, needed);
  const frames = [...new Set(group.frames)];
  return {
    severity: 'info',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${plural(segments, 'segment')} of the ${senderOf(group)}${ids.length === 1 ? '' : 's'} lost and sent again when the receiver told of it, ${placeText(c, losses)}`,
    frameCount: frames.length,
    frames,
    measured: {
      connections: ids.length,
      segments,
      fastRetransmits: sumOf(losses, ({ fastRetransmits }) => fastRetransmits),
      longestRecoverySeconds: most,
    },
    unknowable: ['which device dropped them'],
    displayFilter: framesFilter(frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
