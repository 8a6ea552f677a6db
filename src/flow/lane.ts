/**
 * The fast lane: segments that can change nothing but counters are counted straight from the rows of a batch, in runs of
 * one connection and direction, without a `Frame`. It takes what `wire/glance.ts` recognises, of connections of the full
 * tier that are in the table's cache. Whatever is doubtful in any way goes the general way, which comes to the same
 * result: a property test holds the two together.
 */
import type { Batch } from '../capture/batch.ts';
import * as glance from '../wire/glance.ts';
import type { Paths } from '../wire/paths.ts';
import { addHops, oneHop } from './hops.ts';
import { MAX_LANE_LENGTH } from './limits.ts';
import { Double, NO_TIME, type Records, RowWord, WORDS, Word, rowOf, rowWordsOf } from './records.ts';
import { isRoutine, routineOf } from './segment.ts';
import { seqDiff } from './sequence.ts';
import type { ConnectionTable } from './table.ts';
import type { Totals } from './totals.ts';
import { isBefore, mayProbe } from './tracker.ts';

export class Lane {
  readonly #table: ConnectionTable;
  readonly #totals: Totals;
  readonly #paths: Paths;
  readonly #path: number;
  /** What `finds` found: the connection, the side that sends, and what is routine for it. */
  #id = 0;
  #side = 0;
  #routine = 0;
  #source = 0;
  #destination = 0;
  #ports = 0;

  /** `path`: the protocol path of the frames that are taken. */
  constructor(table: ConnectionTable, totals: Totals, paths: Paths, path: number) {
    this.#table = table;
    this.#totals = totals;
    this.#paths = paths;
    this.#path = path;
  }

  /** True when row `i` may begin a run: `count` then says whether it does. Nothing has changed. */
  finds(batch: Batch, i: number): boolean {
    if (batch.capturedLength[i]! < glance.GLANCE_BYTES) return false;
    const view = batch.view;
    const network = batch.start[i]! + glance.ETHERNET_HEADER;
    if (!isRoutine(Lane.#ANY, glance.flags(view, network), 0) || !glance.isPlainTcp(view, network)) return false;
    this.#source = glance.source(view, network);
    this.#destination = glance.destination(view, network);
    this.#ports = glance.ports(view, network);
    const table = this.#table;
    const id = table.recallTuple(this.#source, this.#destination, this.#ports, 0);
    if (id < 0) return false;
    const w = table.records.w;
    const at = id * WORDS;
    if (w[at + Word.full] === 0) return false;
    this.#id = id;
    this.#side = table.side;
    this.#routine = routineOf(w, at, table.side, mayProbe(w[at + Word.seen]!, table.side));
    return this.#routine !== 0;
  }

  /** Every kind of segment that can be routine. */
  static readonly #ANY = 3;

  /**
   * Counts the run that begins in row `first`, where `finds` said yes just now, and which is of interface `face`
   * (Ethernet without a frame check sequence). Returns how many rows it has; 0 when the first is not routine after all.
   */
  count(batch: Batch, first: number, face: number): number {
    const { view, start, capturedLength, originalLength, seconds, nanoseconds, interfaceIndex, count } = batch;
    const records = this.#table.records;
    const { w, r } = records;
    const [source, destination, ports, routine] = [this.#source, this.#destination, this.#ports, this.#routine];
    const at = this.#id * WORDS;
    const row = rowWordsOf(w[at + Word.full]!, this.#side);
    const hops = w[at + Word.hopsA + this.#side]!;
    let knownHop = 0;
    let endSeconds = w[at + Word.endSeconds]!;
    let endNanoseconds = w[at + Word.endNanoseconds]!;
    let next = r[row + RowWord.sndNxt]!;
    let lastAck = 0;
    let wire = 0;
    let packetBytes = 0;
    let payloads = 0;
    let payloadBytes = 0;
    let i = first;
    for (; i < count; i++) {
      const captured = capturedLength[i]!;
      const original = originalLength[i]!;
      if (captured < glance.GLANCE_BYTES || original > MAX_LANE_LENGTH || interfaceIndex[i] !== face) break;
      const network = (start[i]! + glance.ETHERNET_HEADER) | 0;
      if (!glance.isPlainTcp(view, network) || glance.ports(view, network) !== ports) break;
      if (glance.source(view, network) !== source || glance.destination(view, network) !== destination) break;
      const packet = glance.packetLength(view, network);
      const payload = glance.payloadLength(view, network);
      const frame = packet + glance.ETHERNET_HEADER;
      if (payload < 0 || frame > Math.max(original | 0, captured)) break;
      if (!isRoutine(routine, glance.flags(view, network), payload)) break;
      const hop = oneHop(glance.timeToLive(view, network), glance.dscp(view, network));
      if (hop !== knownHop) {
        if (addHops(hops, hop) !== hops) break;
        knownHop = hop;
      }
      const at32 = seconds[i]! | 0;
      if (!(seconds[i]! < NO_TIME) || isBefore(at32, nanoseconds[i]!, endSeconds, endNanoseconds)) break;
      if (!glance.headerSumsUp(view, network)) break;
      if (frame <= captured && !glance.segmentSumsUp(view, network)) break;
      endSeconds = at32;
      endNanoseconds = nanoseconds[i]!;
      const end = (glance.sequence(view, network) + payload) | 0;
      if (seqDiff(end, next) > 0) next = end;
      lastAck = glance.acknowledgment(view, network);
      wire = (wire + original) | 0;
      packetBytes = (packetBytes + packet) | 0;
      payloadBytes = (payloadBytes + payload) | 0;
      if (payload > 0) payloads++;
    }
    const rows = i - first;
    if (rows === 0) return 0;
    w[at + Word.lastFrame] = (batch.firstNumber + i - 1) | 0;
    w[at + Word.endSeconds] = endSeconds;
    w[at + Word.endNanoseconds] = endNanoseconds;
    r[row + RowWord.sndNxt] = next;
    r[row + RowWord.lastAck] = lastAck;
    addCounters(records, rowOf(w[at + Word.full]!, this.#side), rows, wire, payloadBytes);
    this.#paths.add(this.#path, rows, wire);
    this.#totals.addSegments(rows, wire, packetBytes, payloads, payloadBytes);
    return rows;
  }
}

function addCounters(records: Records, row: number, frames: number, wire: number, payload: number): void {
  const doubles = records.f;
  doubles[row + Double.frames]! += frames;
  doubles[row + Double.wire]! += wire;
  doubles[row + Double.payload]! += payload;
}
