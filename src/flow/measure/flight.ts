/**
 * Runs of routine segments of one end: each starts where the last one ended. Whoever counts a run asks `begin` once, tells
 * of every segment that carries payload (`sent`) or acknowledges more (`acknowledged`), and then of the `end`.
 */
import type { Records } from '../records.ts';
import { noteFlight, seeAck } from './measure.ts';
import { rowOf } from './read.ts';
import { Field } from './rows.ts';

export class Flight {
  #records: Records | null = null;
  #own = -1;
  #peer = -1;

  /** True when the run can be measured from `next` on. `at`: the record of the connection; `side` sends. */
  begin(records: Records, at: number, side: number, next: number): boolean {
    this.#records = records;
    this.#own = rowOf(records, at, side);
    this.#peer = rowOf(records, at, side ^ 1);
    return this.#own < 0 || records.measured.rows.words[this.#own + Field.next] === next;
  }

  sent(end: number, payload: number, seconds: number, nanoseconds: number): void {
    if (this.#own >= 0) this.#records!.measured.timed.sent(this.#own, end, payload, seconds, nanoseconds);
  }

  acknowledged(ack: number, seconds: number, nanoseconds: number): void {
    if (this.#peer >= 0) this.#records!.measured.timed.acknowledged(this.#peer, ack, seconds, nanoseconds);
  }

  /** The run is over. `next`: the number behind it. */
  end(next: number, hadPayload: boolean): void {
    const { words } = this.#records!.measured.rows;
    if (this.#peer >= 0) seeAck(words, this.#peer);
    if (!hadPayload || this.#own < 0) return;
    words[this.#own + Field.next] = next;
    noteFlight(words, this.#own);
  }
}
