/** Progress on standard error: only on a terminal, only once work has lasted half a second. */
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
