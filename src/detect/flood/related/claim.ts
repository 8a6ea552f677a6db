/** Related floods -> what their detectors say. Each of those is a file of its own in `detect/`. */
import type { Facts } from '../../facts.ts';
import { type Claim, framesFilter } from '../../finding.ts';
import { estimatedText, sampledMeasure, sampledUnknowable } from '../sampled.ts';
import type { RelatedId } from './judge.ts';
import { type Related, relatedOf } from './related.ts';

/** From here on it is said aloud. */
const SURE = 0.6;

/** `text`: what happened, in words, behind the name of the target. */
export function* relatedClaims(facts: Facts, id: RelatedId, text: (one: Related) => string): Generator<Claim> {
  const sampling = facts.floodThresholds?.sampling ?? 1;
  for (const one of relatedOf(facts)) if (one.id === id) yield claim(one, text(one), sampling);
}

function claim(
  { address, port, measured: m, confidence, against, unknowable }: Related,
  text: string,
  sampling: number,
): Claim {
  const name = port === null ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const isSure = confidence >= SURE;
  return {
    severity: isSure ? 'alert' : 'notice',
    confidence,
    summary: `${name}  ${text} ${sourcesOf(m.sources)}, in ${m.durationSeconds.toFixed(1)} s${estimatedText(sampling)}${isSure ? '' : '; possible, no more'}`,
    frameCount: m.count / sampling,
    frames: [...m.frames],
    measured: {
      connections: m.count,
      segments: m.segments,
      sources: m.sources.count,
      seconds: Math.round(m.durationSeconds * 1000) / 1000,
      peakPerSecond: Math.round(m.peakPerSecond),
      answeredWithReset: m.answered,
      mostOpen: m.mostAtOnce,
      ...sampledMeasure(sampling),
    },
    against: [...against],
    unknowable: [...unknowable, ...sampledUnknowable(sampling), 'whether the application itself was loaded'],
    displayFilter: framesFilter(m.frames),
    about: name,
  };
}

const sourcesOf = ({ estimated, count }: Related['measured']['sources']): string =>
  `${estimated ? 'about ' : ''}${count === 1 ? '1 address' : `${count} addresses`}`;
