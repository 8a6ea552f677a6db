/**
 * The general way's common case: a burst of routine segments of one connection and direction, in frames that were taken
 * apart. They are added up, then counted at once, with the same result as one by one (`segment.ts`).
 */
import { isBefore, nanosecondsTo } from '../bytes/interval.ts';
import { seqDiff } from '../bytes/sequence.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { TCP } from '../wire/ip.ts';
import { acknowledgment, flagsOf, windowField } from '../wire/tcp.ts';
import { identificationOf } from './analysis/segment.ts';
import { addHops, hopsOf } from './hops.ts';
import { isNext } from './irregular.ts';
import { NO_TIME, type Records, WORDS, Word } from './records.ts';
import { RoutineRun } from './routine-run.ts';
import { isRoutine, routineOf } from './segment.ts';
import { mayProbe } from './service.ts';
import { MAX_RUN_GAP_NS, isShrunk } from './waits/run.ts';

export class Burst {
  readonly #run = new RoutineRun();
  /** Of each frame of the batch, as in `Tracker`. */
  readonly #connection: Int32Array;
  readonly #side: Uint8Array;

  constructor(connection: Int32Array, side: Uint8Array) {
    this.#connection = connection;
    this.#side = side;
  }

  /** Counts those from row `first` on, of `count` frames, whose connection is known. Returns how many there were. */
  count(records: Records, frames: readonly Frame[], counted: Uint8Array, first: number, count: number): number {
    const connections = this.#connection;
    const sides = this.#side;
    const { w } = records;
    const id = connections[first]!;
    const side = sides[first]!;
    const at = id * WORDS;
    if (w[at + Word.full] === 0) return 0;
    const routine = routineOf(w, at, side, mayProbe(w[at + Word.seen]!, side));
    const run = this.#run;
    if (routine === 0 || !run.begin(records, at, side)) return 0;
    const hops = w[at + Word.hopsA + side]!;
    const { ackLimit, fullAt } = run.analysis;
    const { own, peer } = run.flight;
    const { timed } = records.measured;
    const { wait } = run;
    const { leastField, shift, slack } = wait;
    let { edge } = wait;
    let { seconds, nanoseconds, next, lastAck } = run;
    let isData = false;
    let least = 0xffff;
    let most = 0;
    let wire = 0;
    let payload = 0;
    let i = first;
    for (; i < count && connections[i] === id && sides[i] === side; i++) {
      const f = frames[i]!;
      if (counted[i] === 0 || f.outerCount !== 0 || f.stop !== Stop.none || f.protocol !== TCP) break;
      if (!isRoutine(routine, flagsOf(f.bytes, f.transport), f.payloadLength)) break;
      const ack = acknowledgment(f.view, f.transport);
      if (!isNext(f, next) || seqDiff(ack, ackLimit) > 0) break;
      const news = seqDiff(ack, lastAck);
      if (news < 0) break;
      const length = f.payloadLength;
      const end = (next + length) | 0;
      if (length === 0 ? news === 0 : end === fullAt) break;
      const field = windowField(f.view, f.transport);
      const reach = (ack + (field << shift)) | 0;
      if (field < leastField || isShrunk(reach, edge, slack) || (i > first && isData !== length > 0)) break;
      const hop = hopsOf(f);
      if (hop !== hops && addHops(hops, hop) !== hops) break;
      const s = f.seconds | 0;
      if (!(f.seconds < NO_TIME) || isBefore(s, f.nanoseconds, seconds, nanoseconds)) break;
      if (nanosecondsTo(seconds, nanoseconds, s, f.nanoseconds) > MAX_RUN_GAP_NS) break;
      if (i === first) {
        wait.firstFrame = f.number;
        wait.firstAck = ack;
        wait.firstSeconds = s;
        wait.firstNanoseconds = f.nanoseconds;
        isData = length > 0;
      }
      edge = reach;
      if (field < least) least = field;
      if (field > most) most = field;
      seconds = s;
      nanoseconds = f.nanoseconds;
      wire += f.originalLength;
      payload += length;
      next = end;
      lastAck = ack;
      if (news > 0 && peer >= 0) {
        timed.frame = f.number;
        timed.acknowledged(peer, ack, s, f.nanoseconds);
      }
      if (length > 0 && own >= 0) timed.sent(own, end, length, s, f.nanoseconds);
    }
    if (i === first) return 0;
    const last = frames[i - 1]!;
    wait.least = least;
    wait.most = most;
    run.next = next;
    run.lastAck = lastAck;
    run.window = windowField(last.view, last.transport);
    run.seconds = seconds;
    run.nanoseconds = nanoseconds;
    run.frames = i - first;
    run.payload = payload;
    run.wire = wire;
    run.lastFrame = last.number;
    run.end(records, isData, identificationOf(last), last.view, last.bytes, last.transport, last.end);
    return i - first;
  }
}
