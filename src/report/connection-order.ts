/** Which connections a list shows, and in which order. */
import { lifeAtEnd } from '../flow/life/life.ts';
import { services } from '../app/identify.ts';
import type { ConnState } from '../flow/conn-state.ts';
import type { Connections } from '../flow/connections.ts';
import type { Shape } from '../flow/life/close.ts';
import type { Outcome } from '../flow/life/handshake.ts';
import { elapsed } from '../flow/life/moment.ts';
import { Word } from '../flow/records.ts';

export const sortKeys = ['start', 'duration', 'bytes', 'frames', 'rtt'] as const;
type SortKey = (typeof sortKeys)[number];

/** Empty lists choose everything. */
export interface RowChoice {
  readonly connStates?: readonly ConnState[];
  readonly outcomes?: readonly Outcome[];
  readonly shapes?: readonly Shape[];
  readonly services?: readonly string[];
  /** In order of start, or the greatest first. */
  readonly sort?: SortKey | null;
  readonly limit?: number;
  /** Any other condition, on the connection's number. */
  readonly keep?: (connections: Connections, id: number) => boolean;
}

const admits = <T>(list: readonly T[] | undefined, value: T): boolean =>
  list === undefined || list.length === 0 || list.includes(value);

/** The cheap questions first: a life is replayed only for what is left. */
function isChosen(c: Connections, id: number, choice: RowChoice): boolean {
  if (!admits(choice.connStates, c.connState(id))) return false;
  if (choice.keep?.(c, id) === false) return false;
  if (!admits(choice.services, services[c.tracker.service(id)] ?? '')) return false;
  if ((choice.outcomes?.length ?? 0) === 0 && (choice.shapes?.length ?? 0) === 0) return true;
  const life = lifeAtEnd(c, id);
  if (life === null) return false;
  return admits(choice.outcomes, life.handshake.outcome) && admits(choice.shapes, life.close.shape);
}

/** Numbers of the chosen connections, in the wanted order. */
export function* chosenConnections(c: Connections, choice: RowChoice): Generator<number> {
  const limit = choice.limit ?? Infinity;
  let left = limit;
  const ids = choice.sort === undefined || choice.sort === null || choice.sort === 'start' ? c.ordered() : null;
  for (const id of ids ?? byKey(c, choice.sort as SortKey)) {
    if (left <= 0) return;
    if (!isChosen(c, id, choice)) continue;
    left--;
    yield id;
  }
}

/** Equal ones stay in the order of their start. */
function byKey(c: Connections, key: SortKey): Uint32Array {
  const values = new Float64Array(c.count);
  const ordered = c.ordered();
  const place = new Uint32Array(c.count);
  ordered.forEach((id, i) => {
    values[id] = valueOf(c, id, key);
    place[id] = i;
  });
  return ordered.toSorted((a, b) => values[b]! - values[a]! || place[a]! - place[b]!);
}

function valueOf(c: Connections, id: number, key: SortKey): number {
  switch (key) {
    case 'bytes':
      return c.wireBytes(id, 0) + c.wireBytes(id, 1);
    case 'frames':
      return c.frames(id, 0) + c.frames(id, 1);
    case 'rtt':
      return lifeAtEnd(c, id)?.handshake.rttSeconds ?? -1;
    default:
      return duration(c, id);
  }
}

function duration(c: Connections, id: number): number {
  const moment = (seconds: number, nanoseconds: number): { seconds: number; nanoseconds: number } => ({
    seconds: c.word(id, seconds) >>> 0,
    nanoseconds: c.word(id, nanoseconds),
  });
  return elapsed(moment(Word.startSeconds, Word.startNanoseconds), moment(Word.endSeconds, Word.endNanoseconds));
}
