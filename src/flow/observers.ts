/** Several observers of one run. */
import type { Frame } from '../wire/frame.ts';
import type { Observer } from './observer.ts';
import type { Tracker } from './tracker.ts';

export class Observers implements Observer {
  readonly #all: readonly Observer[];

  constructor(...all: readonly Observer[]) {
    this.#all = all;
  }

  begin(tracker: Tracker): void {
    for (const observer of this.#all) observer.begin?.(tracker);
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    for (const observer of this.#all) observer.see(tracker, frames, count, counted);
  }
}
