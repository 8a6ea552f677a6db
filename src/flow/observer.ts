/** Somebody who looks at the frames of every batch once their connections are known. Nothing of a frame may be held. */
import type { Frame } from '../wire/frame.ts';
import type { Tracker } from './tracker.ts';

export interface Observer {
  /** Before the first batch. */
  begin?(tracker: Tracker): void;
  /**
   * True for one that marks the connections it wants (`Meta.watched`): frames of others may be counted in bulk, and it
   * sees some of them only. Without it every frame is shown, at the price of the lanes.
   */
  readonly selective?: boolean;
  /** Frame `i` belongs to `tracker.connection[i]`, sent by `tracker.side[i]`; `counted[i]` is 0 where it takes no part. */
  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void;
}
