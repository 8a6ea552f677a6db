import type { Facts } from './facts.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, onlyConnection, plural, whoText } from './groups.ts';
import { type Loss, type LossGroup, eventsWith, lossGroups, oneSided, placeText, senderOf, sumOf } from './losses.ts';
import { causes } from '../flow/recovery/causes.ts';

/** So few are told by what they cost: tcp-rto-stall. */
const MIN_SEGMENTS = 10;
/** Loss-based congestion control (RFC 5681) halves at each loss: at one of a hundred a long path is slow, at five any is. */
const MIN_SHARE = 0.01;
const HIGH_SHARE = 0.05;

export const tcpRetransmissionRate: Detector = {
  id: 'tcp-retransmission-rate',
  title: 'Much was sent again',
  why: 'A path that drops one segment of a hundred keeps senders from using what it has room for: they take each loss for a sign of congestion and slow down.',
  references: [
    { spec: 'RFC 5681', section: '3.1' },
    { spec: 'RFC 6298', section: '5' },
  ],
  *detect(facts) {
    const all = causes.slice(0, -2);
    const groups = lossGroups(facts, isMuch, (loss) =>
      eventsWith(facts.connections, loss, all).map(({ frame }) => frame),
    );
    for (const group of groups) yield claim(facts, group);
  },
};

const share = ({ resentBytes, payloadBytes }: Loss): number => resentBytes / Math.max(1, payloadBytes);
/** What a router had asked for is no loss. */
const isMuch = (loss: Loss): boolean =>
  loss.resentSegments - loss.pathMtuResends >= MIN_SEGMENTS && share(loss) >= MIN_SHARE;

function claim({ connections: c }: Facts, group: LossGroup): Claim {
  const { ids, frames, losses } = group;
  const resentBytes = sumOf(losses, (loss) => loss.resentBytes);
  const payloadBytes = sumOf(losses, (loss) => loss.payloadBytes);
  const segments = sumOf(losses, ({ resentSegments }) => resentSegments);
  const spurious = sumOf(losses, (loss) => loss.spurious);
  const percent = (100 * resentBytes) / payloadBytes;
  return {
    severity: percent >= 100 * HIGH_SHARE ? 'warning' : 'notice',
    confidence: 0.9,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${percent.toFixed(1)} % of what the ${senderOf(group)}${ids.length === 1 ? '' : 's'} sent was sent again (${plural(segments, 'segment')}), ${placeText(c, losses)}`,
    frameCount: segments,
    frames,
    measured: {
      connections: ids.length,
      segments,
      resentBytes,
      payloadBytes,
      percent,
      minimumPercent: 100 * MIN_SHARE,
    },
    against: 2 * spurious > segments ? [`${spurious} of ${segments} were needless`] : [],
    unknowable: oneSided(c, losses),
    displayFilter: framesFilter(frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
