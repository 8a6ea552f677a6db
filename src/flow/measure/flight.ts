/**
 * Runs of routine segments of one end: each starts where the last one ended. Whoever counts a run asks `begin` once, tells
 * `TimedSegments` of every segment that carries payload (`sent` of `own`) or acknowledges more (`acknowledged` of `peer`),
 * and then comes to the `end`.
 */
import type { Records } from '../records.ts';
import { noteFlight, seeAck } from './measure.ts';
import { rowOf } from './read.ts';
import { Field } from './rows.ts';

export class Flight {
  /** Rows of the end that sends and of the other one; -1 for none. */
  own = -1;
  peer = -1;

  /** True when the run can be measured from `next` on. `at`: the record of the connection; `side` sends. */
  begin(records: Records, at: number, side: number, next: number): boolean {
    this.own = rowOf(records, at, side);
    this.peer = rowOf(records, at, side ^ 1);
    return this.own < 0 || records.measured.rows.words[this.own + Field.next] === next;
  }

  /** The run is over. `next`: the number behind it. */
  end(records: Records, next: number, hadPayload: boolean): void {
    const { words } = records.measured.rows;
    if (this.peer >= 0) seeAck(words, this.peer);
    if (!hadPayload || this.own < 0) return;
    words[this.own + Field.next] = next;
    noteFlight(words, this.own);
  }
}
