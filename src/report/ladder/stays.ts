/** How long each end was in each state. */
import type { Life } from '../../flow/life/life.ts';
import { type Moment, elapsed } from '../../flow/life/moment.ts';
import type { State } from '../../flow/life/states.ts';
import type { Side } from '../../flow/life/story.ts';
import { isoTime } from '../times.ts';
import { type Subject, sinceStart } from './subject.ts';

export interface Stay {
  readonly state: State;
  /** Frame that led to it; null for a timer, and for what an end was before the first segment. */
  readonly frame: number | null;
  /** Null for what an end was before. */
  readonly time: string | null;
  readonly relativeSeconds: number | null;
  /** Until the next state; null for the last one. 0 where the clock of the capture went back. */
  readonly durationSeconds: number | null;
  readonly inferred: boolean;
  readonly by: 'sent' | 'received' | 'timer' | 'reuse' | null;
}

export function staysOf(subject: Subject, life: Life, side: Side): Stay[] {
  const moves = life.transitions.filter((t) => t.side === side);
  const until = (next: Moment | undefined, from: Moment): number | null =>
    next === undefined || sinceStart(subject, next) === null ? null : Math.max(0, elapsed(from, next));
  const before: Stay = {
    state: life.initial[side],
    frame: null,
    time: null,
    relativeSeconds: null,
    durationSeconds: until(moves[0], subject.start),
    inferred: false,
    by: null,
  };
  const rest = moves.map((t, i) => ({
    state: t.to,
    frame: t.frame,
    time: isoTime(t.seconds, t.nanoseconds),
    relativeSeconds: sinceStart(subject, t),
    durationSeconds: until(moves[i + 1], t),
    inferred: t.inferred,
    by: t.by,
  }));
  return [before, ...rest];
}
