/** Connections in which somebody waited: those that detectors of waiting look at. Found once for all of them. */
import type { Connections } from '../flow/connections.ts';
import { Word } from '../flow/records.ts';
import type { Span } from '../flow/waits/ledger.ts';
import { signsOf, stallsOf } from '../flow/waits/read.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import type { Facts } from './facts.ts';

/** Connections kept. */
const MAX_WAITING = 1_000_000;

const known = new WeakMap<Connections, readonly number[]>();

/** In order of number; those with a stall or a closed window. Adds `waiting` to the limits when there were too many. */
export function waitingConnections({ connections: c, limits }: Facts): readonly number[] {
  const before = known.get(c);
  if (before !== undefined) return before;
  const ids: number[] = [];
  for (const id of c.digest().eventful) {
    if (c.word(id, Word.full) === 0 || signsOf(c, id) === 0) continue;
    if (ids.length >= MAX_WAITING) {
      limits.add('waiting');
      break;
    }
    ids.push(id);
  }
  known.set(c, ids);
  return ids;
}

/** The kept stalls of a cause, the longest first. */
export const stallsOfCause = (c: Connections, id: number, cause: number): Span[] =>
  stallsOf(c, id)
    .longest.filter(({ kind }) => kind === cause)
    .toSorted((a, b) => b.nanoseconds - a.nanoseconds);

/** Frames at the ends of spans, in order, each once. */
export const framesOf = (spans: readonly Span[]): number[] =>
  [...new Set(spans.flatMap(({ before, after }) => [before, after]))]
    .toSorted((a, b) => a - b)
    .slice(0, MAX_EVIDENCE_FRAMES);

export const sideNames = ['originator', 'responder'] as const;
