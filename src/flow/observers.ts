/** Several observers of one run. */
import type { Frame } from '../wire/frame.ts';
import type { Observer } from './observer.ts';
import type { Tracker } from './tracker.ts';

export class Observers implements Observer {
  readonly #all: readonly Observer[];
  /** Only where all of them are. */
  readonly selective: boolean;

  constructor(...all: readonly Observer[]) {
    this.#all = all;
    this.selective = all.every(({ selective }) => selective === true);
  }

  begin(tracker: Tracker): void {
    for (const observer of this.#all) observer.begin?.(tracker);
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    for (const observer of this.#all) observer.see(tracker, frames, count, counted);
  }
}
