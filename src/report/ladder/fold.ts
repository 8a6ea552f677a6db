/**
 * Folds what is alike: runs of segments in the middle of a connection become one row for each burst of data, or for
 * several bursts where there are many. Shown one by one stay the first and the last segments, those that change a state,
 * and some of each kind of which there is something to say.
 */
import {
  FIRST_SHOWN,
  FOLD_FROM,
  LAST_SHOWN,
  MAX_FOLDS,
  MAX_HELD_FOLDS,
  MESSAGES_SHOWN,
  SHOWN_FOR_FACTS,
  SHOWN_FOR_STATES,
  SHOWN_OF_A_KIND,
} from './limits.ts';
import type { LadderSegment } from '../../flow/ladder/segments.ts';
import { turns } from '../../flow/milestones.ts';
import type { Rung, SegmentRung } from './model.ts';

/** A run of segments, counted. Pairs are originator, responder. */
export interface Fold {
  readonly kind: 'fold';
  readonly first: LadderSegment;
  last: LadderSegment;
  readonly segments: [number, number];
  readonly bytes: [number, number];
  /** Segments without payload. */
  readonly acks: [number, number];
  /** How often each thing was said of them. */
  readonly facts: Map<string, number>;
  /** They are shown one by one: there is one, or little else. */
  readonly rungs: Rung[];
}

export type Item = Rung | Fold;

/** `segments`: how many the connection has. */
export function foldRungs(rungs: Iterable<Rung>, segments: number): Item[] {
  if (segments <= FOLD_FROM) return [...rungs];
  const folder = new Folder();
  for (const rung of rungs) folder.add(rung);
  return folder.finish();
}

class Folder {
  #items: Item[] = [];
  /** The latest segments, which may turn out to be the last ones. */
  readonly #waiting: Rung[] = [];
  #seen = 0;
  readonly #said = new Map<string, number>();
  #shownForFacts = 0;
  #shownForStates = 0;
  #shownMessages = 0;
  #folds = 0;
  /** Segments that neighbouring folds may have together to be merged. */
  #grain = 2;

  add(rung: Rung): void {
    if (rung.kind === 'segment' && this.#seen++ < FIRST_SHOWN) return void this.#items.push(rung);
    this.#waiting.push(rung);
    if (this.#waiting.length > LAST_SHOWN) this.#settle(this.#waiting.shift()!);
  }

  finish(): Item[] {
    const total = this.#items.reduce((sum, item) => sum + (item.kind === 'fold' ? sizeOf(item) : 0), 0);
    // Folds with something between them stay apart: it may need a larger share than an even one, and may not help.
    for (
      let share = SHARE_GROWTH * (total / MAX_FOLDS);
      this.#folds > MAX_FOLDS && share <= total;
      share *= SHARE_GROWTH
    ) {
      this.#merge((left, right) => sizeOf(left) + sizeOf(right) <= share);
    }
    return [...this.#items.flatMap(unfoldSingle), ...this.#waiting];
  }

  #settle(rung: Rung): void {
    if (rung.kind !== 'segment' || this.#stands(rung)) return void this.#items.push(rung);
    const last = this.#items.at(-1);
    if (last?.kind === 'fold' && continues(last, rung.segment)) return count(last, rung);
    const begun = newFold(rung);
    count(begun, rung);
    this.#items.push(begun);
    this.#folds++;
    if (this.#folds > MAX_HELD_FOLDS) this.#coarsen();
  }

  /** The segment is shown by itself. */
  #stands({ segment, turns: changesState, facts }: SegmentRung): boolean {
    if (changesState) return this.#shownForStates++ < SHOWN_FOR_STATES;
    const isTurn = turns(segment.flags);
    if (facts.length === 0 && !isTurn) return false;
    if (facts.some(({ id }) => isSpoken(id))) return this.#shownMessages++ < MESSAGES_SHOWN;
    const kinds = [...facts.map(({ id }) => id), ...(isTurn ? ['turn'] : [])];
    const isNew = kinds.some((kind) => (this.#said.get(kind) ?? 0) < SHOWN_OF_A_KIND);
    if (!isNew || this.#shownForFacts >= SHOWN_FOR_FACTS) return false;
    for (const kind of kinds) this.#said.set(kind, (this.#said.get(kind) ?? 0) + 1);
    this.#shownForFacts++;
    return true;
  }

  /** Merges what is small, and then what is larger, until half of the room is free. */
  #coarsen(): void {
    const isSmall = (left: Fold, right: Fold): boolean => sizeOf(left) + sizeOf(right) <= this.#grain;
    this.#merge(isSmall);
    while (this.#folds > MAX_HELD_FOLDS / 2) {
      this.#grain *= 2;
      this.#merge(isSmall);
    }
  }

  /** Merges folds that stand side by side, where `isWanted`. */
  #merge(isWanted: (left: Fold, right: Fold) => boolean): void {
    const merged: Item[] = [];
    for (const item of this.#items) {
      const last = merged.at(-1);
      if (item.kind === 'fold' && last?.kind === 'fold' && isWanted(last, item)) join(last, item);
      else merged.push(item);
    }
    this.#folds -= this.#items.length - merged.length;
    this.#items = merged;
  }
}

const isSpoken = (kind: string): boolean => kind === 'tls-message' || kind === 'ssh-message';

const sizeOf = ({ segments }: Fold): number => segments[0] + segments[1];

/** The segment goes on with the burst: it carries no data, or data of the same end. */
function continues(fold: Fold, { side, payloadLength }: LadderSegment): boolean {
  return payloadLength === 0 || fold.bytes[side ^ 1] === 0;
}

const newFold = ({ segment }: SegmentRung): Fold => ({
  kind: 'fold',
  first: segment,
  last: segment,
  segments: [0, 0],
  bytes: [0, 0],
  acks: [0, 0],
  facts: new Map(),
  rungs: [],
});

function count(fold: Fold, rung: SegmentRung): void {
  const { segment, facts } = rung;
  const { side, payloadLength } = segment;
  fold.last = segment;
  fold.segments[side]++;
  fold.bytes[side] += payloadLength;
  if (payloadLength === 0) fold.acks[side]++;
  for (const { id } of facts) fold.facts.set(id, (fold.facts.get(id) ?? 0) + 1);
  if (fold.rungs.length < MIN_FOLD) fold.rungs.push(rung);
}

function join(fold: Fold, next: Fold): void {
  fold.last = next.last;
  for (const side of [0, 1] as const) {
    fold.segments[side] += next.segments[side];
    fold.bytes[side] += next.bytes[side];
    fold.acks[side] += next.acks[side];
  }
  for (const [id, times] of next.facts) fold.facts.set(id, (fold.facts.get(id) ?? 0) + times);
  fold.rungs.push(...next.rungs.slice(0, MIN_FOLD - fold.rungs.length));
}

const SHARE_GROWTH = 1.25;

/** Fewer segments are not worth a fold. */
const MIN_FOLD = 2;

const unfoldSingle = (item: Item): Item[] => (item.kind === 'fold' && sizeOf(item) < MIN_FOLD ? item.rungs : [item]);
