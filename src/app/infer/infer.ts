/**
 * The framing of a server that nobody described: candidates are scored by how much of both directions they explain, and
 * by how unlikely that is to be chance. What is not clearly better than chance is not told.
 */
import type { Side } from '../../stream/segment.ts';
import type { Family } from './candidate.ts';
import { candidatesFor } from './candidates.ts';
import { choose } from './choice.ts';
import { knownProtocol } from './known.ts';
import type { ConnectionSample, Sample } from './sample.ts';
import { type Samples, type Scored, bitsOn, isPromising, score } from './score.ts';
import type { Walk } from './walk.ts';

/** Why no framing is named. */
export const unknownTexts = {
  'no-bytes': 'nobody sent anything that the capture has from its start',
  'too-little': 'too few messages to tell a framing from chance',
  'no-fit': 'no framing explains the bytes well enough',
  protocol: 'it is a protocol of its own, not a framing',
} as const;
export type Unknown = keyof typeof unknownTexts;

export interface Inferred {
  readonly family: Family;
  readonly spec: string;
  readonly netty: string | null;
  /** 0 to 1. */
  readonly confidence: number;
  /** Those that it explains; the other one speaks otherwise. */
  readonly sides: readonly Side[];
  readonly walks: readonly [Walk, Walk];
  /** Of other families, which explain the same. */
  readonly alternatives: readonly string[];
}

const both = [0, 1] as const;

/** What a side has to be explained of, at least. */
const MIN_SHARE = 0.9;
/** Beyond the chance that one of so many candidates fits: two to this power to one. */
const MIN_BITS = 20;
const MIN_BITS_OF_ONE_SIDE = 30;
const MIN_HITS = 2;
/** Of the pauses that headers and blocks have to meet: half where headers are sent by themselves. */
const MIN_RATE = 0.45;

/**
 * `connections` of one server. `isOwn`: its first bytes are known to be of a protocol that is more than a framing, as HTTP.
 */
export function infer(connections: readonly ConnectionSample[], isOwn = false): Inferred | Unknown {
  const of = (side: Side): Sample[] =>
    connections.map(({ sides }) => sides[side]).filter(({ bytes }) => bytes.length > 0);
  const samples: Samples = [of(0), of(1)];
  const speakers = both.filter((side) => samples[side].length > 0);
  if (speakers.length === 0) return 'no-bytes';
  const known = knownProtocol(connections);
  if (known !== null) {
    const { spec } = known.candidate;
    const confidence = confidenceOf(known, speakers, known.bits[0] + known.bits[1]);
    return { family: 'protocol', spec, netty: null, confidence, sides: speakers, walks: known.walks, alternatives: [] };
  }
  if (isOwn) return 'protocol';
  const candidates = candidatesFor(samples.flat());
  const scored = candidates.filter((each) => isPromising(each, samples)).map((each) => score(each, samples));
  const chance = Math.log2(candidates.length);
  const found = bestOf(scored, samples, speakers, chance + MIN_BITS);
  if (found !== null) return told(found, speakers, chance);
  if (speakers.length === 2) {
    for (const side of both) {
      const one = bestOf(scored, samples, [side], chance + MIN_BITS_OF_ONE_SIDE);
      if (one !== null) return told(one, [side], chance);
    }
  }
  const pauses = samples.flat().reduce<number>((sum, sample) => sum + sample.pauses.length, 0);
  return pauses < MIN_PAUSES ? 'too-little' : 'no-fit';
}

const MIN_PAUSES = 4;

interface Found {
  readonly best: Scored;
  readonly others: readonly Scored[];
}

/** Among those that explain these sides and reach so many bits. */
function bestOf(scored: readonly Scored[], samples: Samples, sides: readonly Side[], least: number): Found | null {
  const passing = scored.filter((each) => explains(each, sides) && bitsOn(each, sides) >= least);
  const best = choose(passing, samples, sides);
  return best === null ? null : { best, others: passing };
}

function explains({ candidate, walks }: Scored, sides: readonly Side[]): boolean {
  const hits = sides.reduce<number>((sum, side) => sum + walks[side].hits, 0);
  const pauses = sides.reduce<number>((sum, side) => sum + walks[side].pauses, 0);
  const isText = candidate.family === 'line' || candidate.family === 'json';
  return (
    hits >= Math.max(MIN_HITS, isText ? 0 : MIN_RATE * pauses) &&
    sides.every((side) => walks[side].messages > 0 && walks[side].explained >= MIN_SHARE * walks[side].bytes)
  );
}

const MAX_ALTERNATIVES = 3;
/** Share of the evidence that another family needs to be named as well. */
const NEARLY = 0.7;

function told({ best, others }: Found, sides: readonly Side[], chance: number): Inferred {
  const { family, spec, netty } = best.candidate;
  const alternatives = new Map<Family, string>();
  for (const each of others.toSorted((a, b) => bitsOn(b, sides) - bitsOn(a, sides))) {
    const { candidate } = each;
    const isNew = candidate.family !== family && !alternatives.has(candidate.family);
    if (isNew && bitsOn(each, sides) >= NEARLY * bitsOn(best, sides))
      alternatives.set(candidate.family, candidate.spec);
  }
  return {
    family,
    spec,
    netty,
    confidence: confidenceOf(best, sides, bitsOn(best, sides) - chance),
    sides,
    walks: best.walks,
    alternatives: [...alternatives.values()].slice(0, MAX_ALTERNATIVES),
  };
}

/** Bits that halve what is left of the doubt. */
const BITS_OF_DOUBT = 12;
const MAX_CONFIDENCE = 0.99;

/** A side that speaks otherwise leaves a doubt as well. */
const ONE_SIDE = 0.7;

/** The share explained, less the doubt that the bits leave. */
function confidenceOf({ walks }: Scored, sides: readonly Side[], bits: number): number {
  const sum = (of: (walk: Walk) => number): number => sides.reduce<number>((all, side) => all + of(walks[side]), 0);
  const share = sum(({ explained }) => explained) / sum(({ bytes }) => bytes);
  const isPart = sides.length === 1 && walks.every(({ bytes }) => bytes > 0);
  const confidence = share * (1 - 2 ** (-bits / BITS_OF_DOUBT)) * (isPart ? ONE_SIDE : 1);
  return Math.round(Math.min(MAX_CONFIDENCE, confidence) * 100) / 100;
}
