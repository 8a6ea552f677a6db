/** Progress on standard error: only on a terminal, only once work has lasted half a second. */
import type { Analysis } from '../analysis.ts';
import type { Progress } from '../analyze.ts';
import { count } from '../report/text/format.ts';

const QUIET_MS = 500;
const EVERY_MS = 100;

export class ProgressLine {
  readonly #enabled: boolean;
  readonly #since = performance.now();
  #drawn = 0;

  constructor(enabled: boolean) {
    this.#enabled = enabled && process.stderr.isTTY === true;
  }

  update({ frames, connections, fraction }: Progress): void {
    if (!this.#enabled) return;
    const now = performance.now();
    if (now - this.#since < QUIET_MS || now - this.#drawn < EVERY_MS) return;
    this.#drawn = now;
    const share = fraction === null ? 'live' : `${Math.floor(100 * fraction)} %`;
    process.stderr.write(`\r\u001b[K${share}  ${count(frames)} frames  ${count(connections)} connections`);
  }

  clear(): void {
    if (this.#drawn > 0) process.stderr.write('\r\u001b[K');
    this.#drawn = 0;
  }
}

const REDRAW_MS = 1000;
/** With more connections a screen would take too long to make beside a live capture; the line stays. */
const MAX_LIVE_CONNECTIONS = 100_000;
const HOME_AND_CLEAR = '\u001b[H\u001b[2J';

/** The first screen of a live capture, drawn on standard error as frames come in, at most once a second. */
export class LiveScreen {
  readonly #draw: (analysis: Analysis) => string;
  #timer: NodeJS.Timeout | undefined;
  #latest: Progress | undefined;
  #shown = -Infinity;

  constructor(draw: (analysis: Analysis) => string) {
    this.#draw = draw;
  }

  update(progress: Progress): void {
    this.#latest = progress;
    // Frames of a quiet moment are shown too: the timer fires when a second has passed since the last screen.
    this.#timer ??= setTimeout(() => this.#show(), Math.max(0, this.#shown + REDRAW_MS - performance.now()));
  }

  #show(): void {
    this.#timer = undefined;
    this.#shown = performance.now();
    if (this.#latest === undefined || this.#latest.connections > MAX_LIVE_CONNECTIONS) return;
    process.stderr.write(`${HOME_AND_CLEAR}${this.#draw(this.#latest.snapshot())}\n(live: Ctrl-C ends)\n`);
  }

  clear(): void {
    clearTimeout(this.#timer);
    if (this.#shown > 0) process.stderr.write(HOME_AND_CLEAR);
  }
}
