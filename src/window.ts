/** The part of a capture's time that `--from` and `--to` ask for. */
import type { Frame } from './wire/frame.ts';

/** A point in time: absolute, or counted from the first frame. */
export type Moment =
  | { readonly kind: 'absolute'; readonly seconds: number; readonly nanoseconds: number }
  | { readonly kind: 'relative'; readonly seconds: number; readonly nanoseconds: number };

const NANO = 1_000_000_000;

export class Window {
  readonly #from: Moment | undefined;
  readonly #to: Moment | undefined;
  #baseSeconds = 0;
  #baseNanoseconds = 0;
  #started = false;

  constructor(from: Moment | undefined, to: Moment | undefined) {
    this.#from = from;
    this.#to = to;
  }

  /** Call once for every frame, in order: the first one is what relative moments count from. */
  holds(f: Frame): boolean {
    if (this.#from === undefined && this.#to === undefined) return true;
    if (!this.#started) {
      this.#started = true;
      this.#baseSeconds = f.seconds;
      this.#baseNanoseconds = f.nanoseconds;
    }
    if (this.#from !== undefined && this.#compare(f, this.#from) < 0) return false;
    return this.#to === undefined || this.#compare(f, this.#to) <= 0;
  }

  #compare(f: Frame, moment: Moment): number {
    let { seconds, nanoseconds } = moment;
    if (moment.kind === 'relative') {
      nanoseconds += this.#baseNanoseconds;
      seconds += this.#baseSeconds + Math.floor(nanoseconds / NANO);
      nanoseconds %= NANO;
    }
    return f.seconds - seconds || f.nanoseconds - nanoseconds;
  }
}

/** `moment` as a time of the calendar; `base` is the time that a relative one counts from. */
export function absoluteTime(
  moment: Moment,
  base: { readonly seconds: number; readonly nanoseconds: number },
): { seconds: number; nanoseconds: number } {
  if (moment.kind === 'absolute') return { seconds: moment.seconds, nanoseconds: moment.nanoseconds };
  const nanoseconds = moment.nanoseconds + base.nanoseconds;
  const seconds = moment.seconds + base.seconds + Math.floor(nanoseconds / NANO);
  return { seconds, nanoseconds: nanoseconds % NANO };
}
