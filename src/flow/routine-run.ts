/**
 * A run of routine segments of one connection of the full tier, all of one side: what sets its limits before it begins,
 * and what is remembered of it at its end. The fast lane counts its segments from the rows of a batch (`lane.ts`), the
 * tracker from frames (`burst.ts`).
 */
import { Run } from './analysis/routine.ts';
import { highestAck } from './irregular.ts';
import { Flight } from './measure/flight.ts';
import { Double, type Records, RowWord, Word, rowOf, rowWordsOf } from './records.ts';
import { WaitRun } from './waits/run.ts';

export class RoutineRun {
  readonly analysis = new Run();
  readonly flight = new Flight();
  readonly wait = new WaitRun();
  /** Of the last segment; before the run, of the last one of the side, and the connection's latest time. */
  next = 0;
  lastAck = 0;
  window = 0;
  seconds = 0;
  nanoseconds = 0;
  /** What whoever counts the run finds; bytes of payload and on the wire. */
  frames = 0;
  payload = 0;
  wire = 0;
  /** Number of the last frame, and time of the last one with payload, if there was one. */
  lastFrame = 0;
  #record = 0;
  #side = 0;
  #row = 0;

  /** True when a run of `side` can be counted. `record`: offset of the connection's record. */
  begin(records: Records, record: number, side: number): boolean {
    const { w, rows, analysis } = records;
    const row = rowWordsOf(w[record + Word.full]!, side);
    const next = rows[row + RowWord.sndNxt]!;
    const lastAck = rows[row + RowWord.lastAck]!;
    const highest = highestAck(records, record, side);
    if (!this.analysis.begin(analysis, w[record + Word.analysis]!, side, next, lastAck, highest)) return false;
    if (!this.flight.begin(records, record, side, next)) return false;
    if (!this.wait.begin(records, record, side)) return false;
    this.next = next;
    this.lastAck = lastAck;
    this.seconds = w[record + Word.endSeconds]!;
    this.nanoseconds = w[record + Word.endNanoseconds]!;
    this.#record = record;
    this.#side = side;
    this.#row = row;
    return true;
  }

  /**
   * The run is over, and everything it found is filled in. All its segments had payload (`isData`), or none had. The last
   * one's IP identification, and where its TCP header is and its captured bytes end.
   */
  end(
    records: Records,
    isData: boolean,
    identification: number,
    view: DataView,
    bytes: Uint8Array,
    transport: number,
    end: number,
  ): void {
    const { w, rows, f: doubles, analysis } = records;
    const { next, lastAck, seconds, nanoseconds } = this;
    const record = this.#record;
    this.wait.segments = isData ? this.frames : 0;
    this.wait.end(records, record, lastAck, seconds, nanoseconds);
    if (isData) this.analysis.endPayload(analysis, seconds, nanoseconds);
    this.flight.end(records, next, isData);
    this.analysis.end(analysis, next, lastAck, this.window, seconds, nanoseconds);
    this.analysis.endSegment(analysis, identification, view, bytes, transport, end);
    w[record + Word.lastFrame] = this.lastFrame;
    w[record + Word.endSeconds] = seconds;
    w[record + Word.endNanoseconds] = nanoseconds;
    rows[this.#row + RowWord.sndNxt] = next;
    rows[this.#row + RowWord.lastAck] = lastAck;
    const row = rowOf(w[record + Word.full]!, this.#side);
    doubles[row + Double.frames]! += this.frames;
    doubles[row + Double.wire]! += this.wire;
    doubles[row + Double.payload]! += this.payload;
  }
}
