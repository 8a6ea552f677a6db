import type { Connections } from '../flow/connections.ts';
import { Mark } from '../flow/analysis/marks.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import type { Facts } from './facts.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { listenerText, plural } from './groups.ts';
import { type Loss, lossesOf, sumOf } from './losses.ts';

export const tcpCaptureGap: Detector = {
  id: 'tcp-capture-gap',
  title: 'Segments that the capture missed',
  why: 'A receiver acknowledged bytes that are nowhere in the capture: they arrived, and whoever captured did not record them. Streams that are put together from it have holes, and losses near such a gap may be none.',
  references: [{ spec: 'RFC 9293', section: '3.4' }],
  *detect(facts) {
    const losses = lossesOf(facts).filter(({ captureGaps }) => captureGaps > 0);
    const compressed = compressedFrames(facts);
    if (sumOf(losses, ({ captureGaps }) => captureGaps) > compressed) yield claim(facts, losses, compressed);
  },
};

/**
 * Frames with IPComp, which are not unpacked. Only packets that become shorter by it are compressed (RFC 3173 section 2.2), so
 * the others of the same connection stand in the capture plainly, with gaps between them.
 */
function compressedFrames({ paths }: Facts): number {
  let frames = 0;
  for (let path = 0; path < paths.count; path++)
    if (paths.name(path).endsWith('/ipcomp')) frames += paths.frames[path]!;
  return frames;
}

/** ACKs that prove it, or segments that were sent again though their receiver had what nobody saw. */
function proofs(c: Connections, losses: readonly Loss[]): number[] {
  const frames: number[] = [];
  for (const { id, side } of losses) {
    if (frames.length >= MAX_EVIDENCE_FRAMES) break;
    const marked = c.markedFrames(id, side ^ 1).filter(({ marks }) => (marks & Mark.ackedUnseenSegment) !== 0);
    const found = marked.length > 0 ? marked : c.recoveryEvents(id, side).filter(({ spurious }) => spurious !== null);
    for (const { frame } of found) frames.push(frame);
  }
  return frames.toSorted((a, b) => a - b).slice(0, MAX_EVIDENCE_FRAMES);
}

/** What the interfaces counted; null where none counts. */
function dropsOf({ source }: Facts): number | null {
  const counts = source.interfaces.flatMap(({ dropped }) => (dropped === null ? [] : [dropped]));
  return counts.length === 0 ? null : counts.reduce((sum, dropped) => sum + dropped, 0);
}

function claim(facts: Facts, losses: readonly Loss[], compressed: number): Claim {
  const { connections: c } = facts;
  const ids = new Set(losses.map(({ id }) => id));
  const gaps = sumOf(losses, ({ captureGaps }) => captureGaps);
  const bytes = sumOf(losses, ({ captureGapBytes }) => captureGapBytes);
  const drops = dropsOf(facts);
  const frames = proofs(c, losses);
  const [first] = losses as [Loss];
  const about = listenerText(c, first.id);
  const counted = drops === null ? '' : `; the interfaces counted ${drops} dropped`;
  return {
    severity: 'notice',
    confidence: drops === 0 ? 0.6 : 0.9,
    ...(ids.size === 1 ? { connection: `tcp:${c.indexes()[first.id]!}` } : {}),
    summary: `${ids.size === 1 ? about : plural(ids.size, 'connection')}  the capture lacks ${bytes} bytes in ${plural(gaps, 'place')} that were acknowledged${counted}`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.size, gaps, bytes, ...(drops === null ? {} : { interfaceDrops: drops }) },
    against: [
      ...(drops === 0 ? ['the interfaces say that they dropped nothing'] : []),
      ...(compressed === 0
        ? []
        : [`${plural(compressed, 'frame')} with compressed packets (IPComp) may hold some of it`]),
    ],
    unknowable: [
      'what stood in the missing segments, and whether they were sent once',
      ...(drops === null ? ['whether the recorder dropped them: this capture has no drop counters'] : []),
    ],
    displayFilter: frames.length === 0 ? 'tcp.analysis.ack_lost_segment' : framesFilter(frames),
    about: ids.size === 1 ? about : 'capture',
  };
}
