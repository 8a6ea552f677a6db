/** How many sockets were in each state, step by step. */
import type { Connections } from '../connections.ts';
import { type Moment, elapsed, isBefore, later } from '../life/moment.ts';
import { type State, states } from '../life/states.ts';
import { type Period, type Selection, isSelected, walk } from './walk.ts';

export interface Step {
  readonly time: Moment;
  /** Index into `states`. */
  readonly counts: readonly number[];
}

export class SocketSeries {
  readonly steps: number;
  readonly limitReached: boolean;
  readonly #from: Moment;
  readonly #every: number;
  /** Sockets that entered a state at a step, less those that left it: a row of steps for each state. */
  readonly #changes: readonly Float64Array[];

  /** `every` in seconds; the last step is not later than `to`. */
  constructor(c: Connections, period: Period, from: Moment, to: Moment, every: number, selection: Selection) {
    this.#from = from;
    this.#every = every;
    this.steps = stepsOf(from, to, every);
    this.#changes = states.map(() => new Float64Array(this.steps + 1));
    const listeners = walk(c, period, to, selection.host, ({ state, begin, end }) => {
      if (isSelected(selection, state)) this.#add(state, begin, end);
    });
    if (isSelected(selection, 'LISTEN')) {
      for (const { turns } of listeners.all) {
        for (let i = 0; i < turns.length; i += 2) this.#add('LISTEN', turns[i]!, turns[i + 1] ?? null);
      }
    }
    this.limitReached = listeners.limitReached;
  }

  #add(state: State, begin: Moment | null, end: Moment | null): void {
    const [first, last] = [begin === null ? 0 : this.#stepAt(begin), end === null ? this.steps : this.#stepAt(end)];
    if (first >= last) return;
    const row = this.#changes[states.indexOf(state)]!;
    row[first]! += 1;
    row[last]! -= 1;
  }

  /** The first step that is not before `moment`. */
  #stepAt(moment: Moment): number {
    const step = Math.ceil(elapsed(this.#from, moment) / this.#every);
    // Division rounds; the step's own time decides.
    const exact = step > 0 && !isBefore(this.#timeOf(step - 1), moment) ? step - 1 : step;
    return Math.max(0, Math.min(exact, this.steps));
  }

  #timeOf(step: number): Moment {
    return later(this.#from, step * this.#every);
  }

  *[Symbol.iterator](): Generator<Step> {
    const counts = states.map(() => 0);
    for (let i = 0; i < this.steps; i++) {
      this.#changes.forEach((row, state) => (counts[state]! += row[i]!));
      yield { time: this.#timeOf(i), counts: [...counts] };
    }
  }
}

/** Steps from `from` to `to`, both included. */
export const stepsOf = (from: Moment, to: Moment, every: number): number =>
  isBefore(to, from) ? 0 : Math.floor(elapsed(from, to) / every + 1e-9) + 1;
