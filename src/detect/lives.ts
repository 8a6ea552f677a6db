/**
 * Connections whose life is worth a look: everything but plain conversations in good order and attempts without an
 * answer, of which a flood has millions. Replayed once, and kept in short for all detectors.
 */
import { lifeAtEnd } from '../flow/life/life.ts';
import type { Connections } from '../flow/connections.ts';
import { Completeness } from '../flow/completeness.ts';
import type { Close } from '../flow/life/close.ts';
import type { Handshake } from '../flow/life/handshake.ts';
import type { State } from '../flow/life/states.ts';
import { isFin, transmissions } from '../flow/life/story.ts';
import { Life } from '../flow/milestones.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Facts } from './facts.ts';

/** Lives kept; about a kilobyte each. */
const MAX_LIVES = 100_000;
const MAX_FRAMES = 20;
/** Kept segments of a connection in good order: SYN-ACK, ACK, two FINs, two ACKs of them, late data. */
const ORDERLY_MILESTONES = 7;

export interface OddLife {
  readonly id: number;
  readonly handshake: Handshake;
  readonly close: Close;
  readonly finalStates: readonly [State, State];
  /** Frames of the segments that were kept, the first ones. */
  readonly frames: readonly number[];
  /** Frames of each end's FINs. */
  readonly fins: readonly [readonly number[], readonly number[]];
  readonly previous: number;
  readonly next: number;
}

const known = new WeakMap<Connections, readonly OddLife[]>();

/** In order of number. Adds `lives` to the limits when there were too many. */
export function oddLives({ connections: c, limits }: Facts): readonly OddLife[] {
  const before = known.get(c);
  if (before !== undefined) return before;
  const lives: OddLife[] = [];
  const w = c.words;
  for (let id = 0, at = 0; id < c.count; id++, at += WORDS) {
    const seen = (w[at + Word.meta]! >>> Meta.completenessShift) & Meta.completenessMask;
    // A lone SYN, of which a flood has millions.
    if (seen <= Completeness.syn || !isOdd(c, id)) continue;
    if (lives.length >= MAX_LIVES) {
      limits.add('lives');
      break;
    }
    const life = lifeAtEnd(c, id);
    if (life === null) continue;
    const { handshake, close, finalStates, previous, next, story } = life;
    const frames = story.segments.slice(0, MAX_FRAMES).map(({ frame }) => frame);
    const fins = ([0, 1] as const).map((side) => transmissions(story, side, isFin).map(({ frame }) => frame));
    lives.push({ id, handshake, close, finalStates, frames, fins: [fins[0]!, fins[1]!], previous, next });
  }
  known.set(c, lives);
  return lives;
}

/** Decided from the record alone, for every connection of the capture. */
function isOdd(c: Connections, id: number): boolean {
  if (c.isUdp(id) || !c.isCounted(id)) return false;
  const seen = c.completeness(id);
  if ((c.word(id, Word.life) & Life.again) !== 0 && seen > (Completeness.syn | Completeness.synAck)) return true;
  // Half-open ones have a detector that needs no life.
  if (seen === (Completeness.syn | Completeness.synAck)) return false;
  if ((seen & Completeness.rst) !== 0) return c.connState(id) !== 'REJ';
  if (c.connState(id) !== 'SF') return (seen & Completeness.fin) !== 0 || kept(c, id) > 2;
  return kept(c, id) > ORDERLY_MILESTONES;
}

const kept = (c: Connections, id: number): number => (c.word(id, Word.life) >>> Life.countShift) & Life.countMask;
