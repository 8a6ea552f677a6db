import type { Facts } from './facts.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, onlyConnection, plural, whoText } from './groups.ts';
import { type Loss, type LossGroup, eventsWith, lossGroups, senderOf, sumOf } from './losses.ts';

const MIN_SEGMENTS = 3;
/** So many that overtake one are taken for a loss (RFC 5681 section 3.2). */
const HARMFUL = 3;

export const tcpOutOfOrder: Detector = {
  id: 'tcp-out-of-order',
  title: 'Segments overtaken on their way',
  why: 'Segments arrived in another order than they were sent in: they took different paths, or different queues of one device. Three that overtake one look like a loss to the sender, which then slows down for nothing.',
  references: [
    { spec: 'RFC 5681', section: '3.2' },
    { spec: 'RFC 4737', section: '3' },
  ],
  *detect(facts) {
    const frames = (loss: Loss): number[] => [
      ...eventsWith(facts.connections, loss, ['reordered']).map(({ frame }) => frame),
      ...(loss.reorderedBehindTap > 0 ? [loss.behindTapFrame] : []),
    ];
    const groups = lossGroups(facts, (loss) => loss.reordered + loss.reorderedBehindTap >= MIN_SEGMENTS, frames);
    for (const group of groups) yield claim(facts, group);
  },
};

const milliseconds = (seconds: number): string => `${(1000 * seconds).toFixed(seconds < 0.001 ? 3 : 1)} ms`;

function placeOf(behind: number, all: number): string {
  if (behind === 0) return '';
  return behind === all ? ', behind the point of capture' : `, ${behind} of them behind the point of capture`;
}

function claim({ connections: c }: Facts, group: LossGroup): Claim {
  const { ids, frames, losses } = group;
  const behind = sumOf(losses, ({ reorderedBehindTap }) => reorderedBehindTap);
  const segments = sumOf(losses, ({ reordered }) => reordered) + behind;
  const spurious = sumOf(losses, (loss) => loss.spurious);
  const most = Math.max(...losses.map((l) => Math.max(l.reorderDistanceSegments, l.behindTapDistanceSegments)));
  const longest = Math.max(...losses.map((l) => Math.max(l.reorderDistanceSeconds, l.behindTapDistanceSeconds)));
  return {
    severity: most >= HARMFUL ? 'notice' : 'info',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${plural(segments, 'segment')} of the ${senderOf(group)}${ids.length === 1 ? '' : 's'} overtaken by up to ${plural(most, 'other')}, up to ${milliseconds(longest)} late${placeOf(behind, segments)}`,
    frameCount: segments,
    frames,
    measured: {
      connections: ids.length,
      segments,
      mostOvertaking: most,
      longestSeconds: longest,
      behindCapture: behind,
      spurious,
    },
    against: spurious === 0 ? ['nothing was sent again for it'] : [],
    unknowable: ['what overtakes behind the point of capture, but for what receivers report with SACK'],
    displayFilter: framesFilter(frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
