import type { Connections } from '../flow/connections.ts';
import type { Facts } from './facts.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, onlyConnection, plural, whoText } from './groups.ts';
import { type Loss, type LossGroup, lossGroups, senderOf, sumOf } from './losses.ts';

/** Probes of the tail are sent on suspicion (RFC 8985 section 7): that they are needless now and then is no fault. */
const MIN_SEGMENTS = 2;

export const tcpSpuriousRetransmission: Detector = {
  id: 'tcp-spurious-retransmission',
  title: 'Segments sent again for nothing',
  why: 'Nothing was lost: segments or ACKs were only late, or came in another order, or their ACKs were lost. The sender took that for a loss, sent again what had arrived, and slowed down.',
  references: [
    { spec: 'RFC 2883', section: '4' },
    { spec: 'RFC 3522', section: '3.2' },
  ],
  *detect(facts) {
    const { connections: c } = facts;
    const isTold = (loss: Loss): boolean =>
      loss.resentBytes > 0 && loss.spurious >= MIN_SEGMENTS && judged(c, loss).length >= MIN_SEGMENTS;
    for (const group of lossGroups(facts, isTold, (loss) => judged(c, loss))) yield claim(facts, group);
  },
};

/** Frames sent again for nothing, and on more than suspicion. */
const judged = (c: Connections, { id, side }: Loss): number[] =>
  c
    .recoveryEvents(id, side)
    .flatMap(({ spurious, cause, frame }) =>
      spurious === null || cause === 'tail-loss-probe' || cause === 'unexplained' ? [] : [frame],
    );

function claim({ connections: c }: Facts, group: LossGroup): Claim {
  const { ids, frames, losses } = group;
  const spurious = sumOf(losses, (loss) => loss.spurious);
  const resent = sumOf(losses, ({ resentSegments }) => resentSegments);
  const reordered = sumOf(losses, (loss) => loss.reordered);
  return {
    severity: 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${spurious} of ${plural(resent, 'segment')} that the ${senderOf(group)}${ids.length === 1 ? '' : 's'} sent again had arrived${reordered > 0 ? `; ${reordered} were overtaken on the way` : ''}`,
    frameCount: spurious,
    frames,
    measured: {
      connections: ids.length,
      spurious,
      resent,
      reordered,
      timeouts: sumOf(losses, ({ timeouts }) => timeouts),
    },
    unknowable: ['whether it was the segments that were late, or the ACKs'],
    displayFilter: framesFilter(frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
