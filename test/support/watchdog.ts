/**
 * Ends the process of the tests when a case takes too long, and says which: no timer fires in a loop that never waits,
 * so another thread keeps the time.
 */
import { Worker } from 'node:worker_threads';

const MAX_LABEL_BYTES = 1000;

/** Runs in the other thread: `shared` is a count of cases begun, the length of the label, the label. */
const guard = `
  const { writeSync } = require('node:fs');
  const { workerData: { shared, patience } } = require('node:worker_threads');
  const [numbers, label] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)];
  let seen = -1;
  setInterval(() => {
    if (numbers[0] !== seen) return void (seen = numbers[0]);
    writeSync(2, 'no end: ' + Buffer.from(label.subarray(0, numbers[1])) + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }, patience);
`;

export class Watchdog {
  readonly #shared = new SharedArrayBuffer(8 + MAX_LABEL_BYTES);
  readonly #numbers = new Int32Array(this.#shared, 0, 2);
  readonly #label = new Uint8Array(this.#shared, 8);
  readonly #worker: Worker;

  /** Whatever was begun last must be over after `patience` milliseconds, or twice that. */
  constructor(patience: number) {
    this.#worker = new Worker(guard, { eval: true, workerData: { shared: this.#shared, patience } });
    this.#worker.unref();
  }

  begin(label: string): void {
    this.#numbers[1] = new TextEncoder().encodeInto(label, this.#label).written;
    this.#numbers[0]!++;
  }

  stop(): Promise<number> {
    return this.#worker.terminate();
  }
}
