/** The table below a ladder: how long each end was in each state. */
import { type State, isSynchronised, states } from '../../../flow/life/states.ts';
import type { ConnDocument } from '../../ladder/document.ts';
import type { Stay } from '../../ladder/stays.ts';
import { duration } from '../format.ts';
import { padEnd } from '../width.ts';

const STATE = 14;
const CELL = 30;

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, i) => padEnd(cell, i === 0 ? STATE : CELL))
    .join('  ')
    .trimEnd();

export function stateLines({ states: stays }: ConnDocument): string[] {
  if (stays === null) return [];
  const shown = states.filter((state) =>
    [stays.originator, stays.responder].some((list) => list.some((s) => s.state === state)),
  );
  return [
    '',
    line(['time in state', 'originator', 'responder']),
    ...shown.map((state) => line([`  ${state}`, cellOf(stays.originator, state), cellOf(stays.responder, state)])),
  ];
}

/** `0.3 ms`, `before, at the end`. */
function cellOf(stays: readonly Stay[], state: State): string {
  const words = stays.flatMap((stay, i) =>
    stay.state === state ? [stayText(stay, i === 0, i === stays.length - 1)] : [],
  );
  return words.join(', ');
}

function stayText({ state, durationSeconds, inferred }: Stay, isFirst: boolean, isLast: boolean): string {
  const mark = inferred ? ' (inferred)' : '';
  if (isFirst && isLast) return 'all the time';
  // Joined mid-stream: what was seen of it is the least.
  if (isFirst && isSynchronised(state) && state !== 'CLOSED') return `at least ${duration(durationSeconds ?? 0)}`;
  if (isFirst) return 'before';
  if (isLast) return `at the end${mark}`;
  return `${durationSeconds === null ? '?' : duration(durationSeconds)}${mark}`;
}
