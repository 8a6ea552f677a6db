/**
 * The lane for floods: a row of first SYNs, each on a tuple of its own, goes from the rows of a batch into the table
 * without being decoded frame by frame. As in the tracker, the slots of all of them are touched before the first is
 * filled, so that the waits for memory overlap.
 */
import { i32be, u16be } from '../bytes/read.ts';
import type { Batch } from '../capture/batch.ts';
import { Frame } from '../wire/frame.ts';
import * as glance from '../wire/glance.ts';
import type { Paths } from '../wire/paths.ts';
import { ACK, FIN, RST, SYN } from '../wire/tcp.ts';
import { MAX_SYN_WIRE, openWithSyn } from './first-syn.ts';
import { oneHop } from './hops.ts';
import { NO_TIME } from './records.ts';
import { RunSums, type Totals } from './totals.ts';
import type { Tracker } from './tracker.ts';

/** Fewer SYNs in a row are no flood: they go the general way with what is around them. */
const MIN_ROWS = 8;

export class SynLane {
  readonly #tracker: Tracker;
  readonly #totals: Totals;
  readonly #paths: Paths;
  readonly #path: number;
  readonly #sums = new RunSums();
  /** Where the SYN at hand is, for `openWithSyn`. */
  readonly #frame = new Frame();

  /** `path`: the protocol path of the frames that are taken. */
  constructor(tracker: Tracker, totals: Totals, paths: Paths, path: number) {
    this.#tracker = tracker;
    this.#totals = totals;
    this.#paths = paths;
    this.#path = path;
    this.#frame.path = path;
    this.#frame.ipVersion = 4;
  }

  /** Rows from `first` on that are SYNs which the lane can take, all of interface `face`; 0 when they are few. */
  length(batch: Batch, first: number, face: number): number {
    // Most rows are no SYN, and most SYNs are not followed by another: look at those before anything is added up.
    const probe = first + MIN_ROWS - 1;
    if (probe >= batch.count || !isSyn(batch, first) || !isSyn(batch, first + 1) || !isSyn(batch, probe)) return 0;
    let i = first;
    while (i < batch.count && batch.interfaceIndex[i] === face && isSyn(batch, i) && isSound(batch, i)) i++;
    return i - first < MIN_ROWS ? 0 : i - first;
  }

  /** Tracks and counts `rows` rows, as `length` gave them, or those before the first whose tuple is known. */
  take(batch: Batch, first: number, rows: number): number {
    this.#touch(batch, first, rows);
    const { table } = this.#tracker;
    const sums = this.#sums;
    sums.wire = sums.packetBytes = 0;
    let i = first;
    for (; i < first + rows; i++) {
      const row = i - first;
      if (table.find(row) >= 0) break;
      this.#open(batch, i, row);
    }
    const frames = i - first;
    this.#totals.read(batch, first, i);
    this.#totals.addSegments(frames, sums);
    this.#paths.add(this.#path, frames, sums.wire);
    return frames;
  }

  /** Reads the keys into rows from 0 on. */
  #touch(batch: Batch, first: number, rows: number): void {
    const { table } = this.#tracker;
    const { source, destination, ports, meta } = table.keys;
    const view = batch.view;
    let touched = 0;
    for (let row = 0; row < rows; row++) {
      const at = batch.start[first + row]!;
      source[row] = i32be(view, at + 26);
      destination[row] = i32be(view, at + 30);
      ports[row] = i32be(view, at + 34);
      meta[row] = 0;
      touched ^= table.touch(row);
    }
    this.#tracker.touched ^= touched;
  }

  #open(batch: Batch, i: number, row: number): void {
    const f = this.#frame;
    const { view } = batch;
    const network = batch.start[i]! + glance.NETWORK_AT;
    const first = i32be(view, network);
    const packet = glance.packetLength(first);
    if (f.view !== view) {
      f.bytes = batch.bytes;
      f.view = view;
    }
    f.number = (batch.firstNumber + i) | 0;
    f.seconds = batch.seconds[i]!;
    f.nanoseconds = batch.nanoseconds[i]!;
    f.originalLength = batch.originalLength[i]!;
    f.network = network;
    f.transport = batch.start[i]! + glance.TRANSPORT_AT;
    f.end = network + packet;
    this.#sums.wire += f.originalLength;
    this.#sums.packetBytes += packet;
    const hops = oneHop(glance.timeToLive(i32be(view, network + 8)), glance.dscp(first));
    if (openWithSyn(this.#tracker.table, row, f, hops) < 0) this.#tracker.untracked++;
  }
}

/** TCP with a SYN and nothing else that matters here. */
function isSyn(batch: Batch, i: number): boolean {
  if (batch.capturedLength[i]! < glance.GLANCE_BYTES) return false;
  const at = batch.start[i]!;
  const { view } = batch;
  const fourth = i32be(view, at + 46);
  if (((fourth >>> 16) & (SYN | ACK | FIN | RST)) !== SYN || glance.windowField(fourth) === 0) return false;
  if (u16be(view, at + 12) !== glance.IPV4_TYPE) return false;
  return glance.isPlainTcp(i32be(view, at + 14), i32be(view, at + 18), i32be(view, at + 22));
}

/** Captured whole, without payload, with right checksums, at a time that can be kept. */
function isSound(batch: Batch, i: number): boolean {
  const { view } = batch;
  const network = batch.start[i]! + glance.NETWORK_AT;
  const first = i32be(view, network);
  const packet = glance.packetLength(first);
  if (glance.payloadLength(packet, i32be(view, network + 32)) !== 0) return false;
  if (packet + glance.NETWORK_AT > batch.capturedLength[i]!) return false;
  if (batch.originalLength[i]! > MAX_SYN_WIRE || !(batch.seconds[i]! >= 0 && batch.seconds[i]! < NO_TIME)) return false;
  const addresses = glance.halves(i32be(view, network + 12)) + glance.halves(i32be(view, network + 16));
  if (!glance.headerSumsUp(first, i32be(view, network + 4), i32be(view, network + 8), addresses)) return false;
  return glance.segmentSumsUp(view, network, packet, addresses);
}
