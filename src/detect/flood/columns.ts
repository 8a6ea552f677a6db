/** Attempts at one target as columns, in order of number: every later look at them is at a few bytes each. */
import type { Connections } from '../../flow/connections.ts';
import { WORDS, Word } from '../../flow/records.ts';
import type { Clock } from './attempts.ts';

export interface Columns {
  readonly ids: Int32Array;
  /** See `Attempt`. */
  readonly kind: Uint8Array;
  /** Seconds from the capture's beginning. */
  readonly at: Float64Array;
  /** Table words of the originators' addresses. */
  readonly source: Int32Array;
}

/** `kinds` of all connections, by number. */
export function columnsOf(c: Connections, clock: Clock, ids: Int32Array, kinds: Uint8Array): Columns {
  const { length } = ids;
  const columns = {
    ids,
    kind: new Uint8Array(length),
    at: new Float64Array(length),
    source: new Int32Array(length),
  };
  const w = c.words;
  for (let i = 0; i < length; i++) {
    const id = ids[i]!;
    const word = id * WORDS;
    columns.kind[i] = kinds[id]!;
    columns.at[i] = clock.at(w[word + Word.startSeconds]! >>> 0, w[word + Word.startNanoseconds]!);
    columns.source[i] = w[word + Word.addressA]!;
  }
  return columns;
}
