/** Bytes that wait behind a hole: pieces of segments, in order, none overlapping another. */
import type { Budget } from './budget.ts';
import type { Conflicts } from './conflicts.ts';
import { MAX_HELD_BYTES, MAX_HELD_PIECES, PIECE_BYTES } from './limits.ts';
import { type OverlapPolicy, laterWins } from './overlap.ts';
import type { Carrier } from './segment.ts';

/**
 * `cut`: the snaplen cut the bytes off. `probe`: a byte sent against a shut window, which the receiver may have refused.
 * Both give way to any other segment.
 */
type Kind = 'bytes' | 'cut' | 'probe';

/** What a segment brought, kept as long as a piece of it waits. */
export interface HeldSegment extends Carrier {
  readonly kind: Kind;
  /** Stream offsets of what it brought, and the bytes: none where they were cut off. */
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  /** Pieces of it that wait. */
  uses: number;
}

/** A part of a segment. */
export interface Piece {
  readonly segment: HeldSegment;
  readonly from: number;
  to: number;
}

export const bytesOf = ({ segment, from, to }: Piece): Uint8Array =>
  segment.bytes.subarray(from - segment.from, to - segment.from);

const costOf = (segment: HeldSegment): number => segment.bytes.length + PIECE_BYTES;

export class Held {
  readonly #policy: OverlapPolicy;
  readonly #budget: Budget;
  readonly #conflicts: Conflicts;
  #pieces: Piece[] = [];
  /** Index of the first piece: those before it were taken, and are cut off from time to time. */
  #head = 0;
  #bytes = 0;

  constructor(policy: OverlapPolicy, budget: Budget, conflicts: Conflicts) {
    this.#policy = policy;
    this.#budget = budget;
    this.#conflicts = conflicts;
  }

  /** Offset of the first byte that waits; Infinity when none does. */
  get first(): number {
    return this.#pieces[this.#head]?.from ?? Infinity;
  }

  /** True when the first piece is a byte that may have been refused. */
  get startsWithProbe(): boolean {
    return this.#pieces[this.#head]?.segment.kind === 'probe';
  }

  /** False when a limit leaves no room for the segment: nothing is kept of it then. */
  insert(segment: HeldSegment): boolean {
    if (this.#pieces.length - this.#head >= MAX_HELD_PIECES || this.#bytes + costOf(segment) > MAX_HELD_BYTES)
      return false;
    if (!this.#budget.take(costOf(segment))) return false;
    this.#bytes += costOf(segment);
    segment.uses = 1;
    this.#place(segment);
    this.#release(segment);
    return true;
  }

  /** Takes the pieces that follow each other from `offset` on. */
  take(offset: number): Piece[] {
    let end = this.#head;
    let next = offset;
    while (end < this.#pieces.length && this.#pieces[end]!.from === next) next = this.#pieces[end++]!.to;
    const taken = this.#pieces.slice(this.#head, end);
    this.#head = end;
    if (2 * this.#head >= this.#pieces.length) this.#trim();
    for (const piece of taken) this.#release(piece.segment);
    return taken;
  }

  /** What waits will not be wanted. */
  clear(): void {
    const dropped = this.#pieces.slice(this.#head);
    this.#pieces = [];
    this.#head = 0;
    for (const { segment } of dropped) this.#release(segment);
  }

  /** To cut off one piece at a time would move all others each time. */
  #trim(): void {
    this.#pieces = this.#pieces.slice(this.#head);
    this.#head = 0;
  }

  #place(segment: HeldSegment): void {
    const pieces = this.#pieces;
    const whole: Piece = { segment, from: segment.from, to: segment.to };
    const last = pieces.at(-1);
    if (this.#head === pieces.length || last === undefined || last.to <= whole.from) {
      segment.uses++;
      pieces.push(whole);
      return;
    }
    const index = this.#indexAfter(whole.from);
    let count = 0;
    while (index + count < pieces.length && pieces[index + count]!.from < whole.to) count++;
    const old = pieces.slice(index, index + count);
    const row = this.#join(old, whole);
    for (const piece of row) piece.segment.uses++;
    for (const piece of old) this.#release(piece.segment);
    pieces.splice(index, count, ...row);
  }

  /** The first piece that ends after `offset`. */
  #indexAfter(offset: number): number {
    let low = this.#head;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#pieces[middle]!.to > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** One row of pieces from those that wait and a new one that overlaps them. */
  #join(old: readonly Piece[], later: Piece): Piece[] {
    const row: Piece[] = [];
    let at = later.from;
    for (const piece of old) {
      add(row, later.segment, at, piece.from);
      const [from, to] = [Math.max(later.from, piece.from), Math.min(later.to, piece.to)];
      const wins = this.#laterWins(piece.segment, later.segment);
      this.#compare(wins ? later.segment : piece.segment, wins ? piece.segment : later.segment, from, to);
      add(row, piece.segment, piece.from, from);
      add(row, wins ? later.segment : piece.segment, from, to);
      add(row, piece.segment, to, piece.to);
      at = to;
    }
    add(row, later.segment, at, later.to);
    return row;
  }

  #laterWins(earlier: HeldSegment, later: HeldSegment): boolean {
    if (later.kind !== 'bytes') return false;
    return earlier.kind !== 'bytes' || laterWins(this.#policy, earlier, later);
  }

  #compare(kept: HeldSegment, other: HeldSegment, from: number, to: number): void {
    if (kept.kind !== 'bytes' || other.kind !== 'bytes') return;
    this.#conflicts.compare(
      from,
      { frame: kept.frame, bytes: bytesOf({ segment: kept, from, to }) },
      { frame: other.frame, bytes: bytesOf({ segment: other, from, to }) },
    );
  }

  #release(segment: HeldSegment): void {
    if (--segment.uses > 0) return;
    this.#bytes -= costOf(segment);
    this.#budget.give(costOf(segment));
  }
}

/** Adds a part of `segment` to a row, joined to the part of it before. */
function add(row: Piece[], segment: HeldSegment, from: number, to: number): void {
  if (from >= to) return;
  const last = row.at(-1);
  if (last !== undefined && last.segment === segment && last.to === from) last.to = to;
  else row.push({ segment, from, to });
}
