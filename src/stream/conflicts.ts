/** Bytes that came twice and were not the same: both versions and their frames. */
import { MAX_CONFLICTS, MAX_CONFLICT_BYTES } from './limits.ts';

export interface Conflict {
  /** From the first to the last byte that differs. */
  readonly start: number;
  readonly end: number;
  /** Frames of the version in the stream and of the other one; 0 where it is no longer known. */
  readonly keptFrame: number;
  readonly otherFrame: number;
  /** The first bytes of both versions. */
  readonly kept: Uint8Array;
  readonly other: Uint8Array;
}

/** One version of bytes that came twice. */
export interface Version {
  readonly frame: number;
  readonly bytes: Uint8Array;
}

export class Conflicts {
  readonly list: Conflict[] = [];
  count = 0;

  /** Compares two versions of the bytes from `offset` on, of the same length. */
  compare(offset: number, kept: Version, other: Version): void {
    const first = firstDifference(kept.bytes, other.bytes);
    if (first < 0) return;
    this.count++;
    if (this.list.length === MAX_CONFLICTS) return;
    const end = lastDifference(kept.bytes, other.bytes) + 1;
    const shown = Math.min(end, first + MAX_CONFLICT_BYTES);
    this.list.push({
      start: offset + first,
      end: offset + end,
      keptFrame: kept.frame,
      otherFrame: other.frame,
      kept: kept.bytes.slice(first, shown),
      other: other.bytes.slice(first, shown),
    });
  }
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

function lastDifference(a: Uint8Array, b: Uint8Array): number {
  let i = a.length - 1;
  while (a[i] === b[i]) i--;
  return i;
}
