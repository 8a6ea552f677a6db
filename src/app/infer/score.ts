/** A candidate beside what it makes of both sides, and the evidence for it. */
import type { Side } from '../../stream/segment.ts';
import { pauseBits } from './bits.ts';
import type { Candidate } from './candidate.ts';
import type { Sample } from './sample.ts';
import { type Walk, emptyWalk, walkSample } from './walk.ts';

/** Samples of what originators and responders sent, none of them empty. */
export type Samples = readonly [originators: readonly Sample[], responders: readonly Sample[]];

export interface Scored {
  readonly candidate: Candidate;
  readonly walks: readonly [Walk, Walk];
  /** Evidence of each side, in bits. */
  readonly bits: readonly [number, number];
}

const both = [0, 1] as const;
/** What of a side is looked at first: most candidates fail at once. */
const FIRST_BYTES = 1024;
const FIRST_SAMPLES = 3;

export function isPromising({ open }: Candidate, samples: Samples): boolean {
  return both.some((side) => {
    const walk = emptyWalk();
    for (const sample of samples[side].slice(0, FIRST_SAMPLES)) walkSample(open, sample, walk, FIRST_BYTES);
    return walk.bytes > 0 && walk.explained >= walk.bytes / 2;
  });
}

export function score(candidate: Candidate, samples: Samples): Scored {
  const walks = [emptyWalk(), emptyWalk()] as const;
  for (const side of both) for (const sample of samples[side]) walkSample(candidate.open, sample, walks[side]);
  const bitsOf = (side: Side): number =>
    walks[side].messages === 0 ? 0 : pauseBits(walks[side]) + candidate.bits(samples[side], walks[side]);
  return { candidate, walks, bits: [bitsOf(0), bitsOf(1)] };
}

export const bitsOn = ({ bits }: Scored, sides: readonly Side[]): number =>
  sides.reduce<number>((sum, side) => sum + bits[side], 0);
