/**
 * The fast lane: segments that can change nothing but counters are counted straight from the rows of a batch, in runs of
 * one connection and direction, without a `Frame`. It takes what `wire/glance.ts` recognises, of connections of the full
 * tier that are in the table's cache. Whatever is doubtful in any way goes the general way, which comes to the same
 * result: a property test holds the two together.
 */
import { isBefore, nanosecondsTo } from '../bytes/interval.ts';
import { i32be, u16be } from '../bytes/read.ts';
import { seqDiff } from '../bytes/sequence.ts';
import type { Batch } from '../capture/batch.ts';
import * as glance from '../wire/glance.ts';
import { ACK, FIN, RST, SYN } from '../wire/tcp.ts';
import type { Paths } from '../wire/paths.ts';
import { Alike } from './alike.ts';
import { addHops, oneHop } from './hops.ts';
import { MAX_LANE_LENGTH } from './limits.ts';
import { Meta, NO_TIME, WORDS, Word } from './records.ts';
import { RoutineRun } from './routine-run.ts';
import { isRoutine, kindOf, routineOf } from './segment.ts';
import { mayProbe } from './service.ts';
import type { ConnectionTable } from './table.ts';
import { RunSums, type Totals } from './totals.ts';
import { MAX_RUN_GAP_NS, isShrunk } from './waits/run.ts';

export class Lane {
  readonly #table: ConnectionTable;
  readonly #totals: Totals;
  readonly #paths: Paths;
  readonly #path: number;
  readonly #sums = new RunSums();
  readonly #run = new RoutineRun();
  readonly #alike = new Alike();
  /** What `finds` found: the connection's record, the side that sends, and what is routine for it. */
  #record = 0;
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
    const at = batch.start[i]! | 0;
    if (!isPlainAck(view.getInt32(at + 46)) || u16be(view, at + 12) !== glance.IPV4_TYPE) return false;
    if (!glance.isPlainTcp(i32be(view, at + 14), i32be(view, at + 18), i32be(view, at + 22))) return false;
    const source = i32be(view, at + 26);
    const destination = i32be(view, at + 30);
    const ports = i32be(view, at + 34);
    const table = this.#table;
    const id = table.recallTuple(source, destination, ports, 0);
    if (id < 0) return false;
    const side = table.side;
    const w = table.records.w;
    const record = id * WORDS;
    if (w[record + Word.full] === 0 || (w[record + Word.meta]! & Meta.watched) !== 0) return false;
    this.#record = record;
    this.#side = side;
    this.#source = source;
    this.#destination = destination;
    this.#ports = ports;
    this.#routine = routineOf(w, record, side, mayProbe(w[record + Word.seen]!, side));
    return this.#routine !== 0;
  }

  /**
   * Counts the run that begins in row `first`, where `finds` said yes just now, and which is of interface `face`
   * (Ethernet without a frame check sequence). Returns how many rows it has; 0 when the first is not routine after all.
   */
  count(batch: Batch, first: number, face: number): number {
    const { view, start, capturedLength, originalLength, seconds, nanoseconds, interfaceIndex, count } = batch;
    const records = this.#table.records;
    const source = this.#source;
    const destination = this.#destination;
    const ports = this.#ports;
    const routine = this.#routine;
    const record = this.#record;
    const run = this.#run;
    if (!run.begin(records, record, this.#side)) return 0;
    const { ackLimit, fullAt } = run.analysis;
    const { own, peer } = run.flight;
    const { wait } = run;
    const { timed } = records.measured;
    const alike = this.#alike;
    const hops = records.w[record + Word.hopsA + this.#side]!;
    const addresses = glance.halves(source) + glance.halves(destination);
    let { next, lastAck, seconds: endSeconds, nanoseconds: endNanoseconds } = run;
    let knownHop = 0;
    let lastSecond = -1;
    // One kind of segment, as the first is (`flow/waits/run.ts`).
    const isData = payloadAt(view, start[first]! | 0) > 0;
    const kind = routine & kindOf(isData);
    const { leastField, shift, slack, edge } = wait;
    let lastField = -1;
    let least = 0xffff;
    let most = 0;
    let wire = 0;
    let bytes = 0;
    let cut = 0;
    let packetBytes = 0;
    let payloadBytes = 0;
    let i = first;
    for (; i < count; i++) {
      const captured = capturedLength[i]!;
      const original = originalLength[i]!;
      if (
        captured < glance.GLANCE_BYTES ||
        captured > MAX_LANE_LENGTH ||
        original > MAX_LANE_LENGTH ||
        interfaceIndex[i] !== face
      )
        break;
      const length = original | 0;
      const at = start[i]! | 0;
      const w1 = i32be(view, at + 14);
      const w2 = i32be(view, at + 18);
      const w3 = i32be(view, at + 22);
      if (u16be(view, at + 12) !== glance.IPV4_TYPE || !glance.isPlainTcp(w1, w2, w3)) break;
      if (i32be(view, at + 34) !== ports || i32be(view, at + 26) !== source || i32be(view, at + 30) !== destination)
        break;
      const w4 = i32be(view, at + 46);
      const packet = glance.packetLength(w1);
      const payload = glance.payloadLength(packet, w4);
      const frame = packet + glance.NETWORK_AT;
      if (payload < 0 || (frame > length && frame > captured)) break;
      if (!isRoutine(kind, glance.flags(w4), payload)) break;
      // In order, with an open window, and nothing acknowledged that was not seen (`flow/irregular.ts`).
      const ack = i32be(view, at + 42);
      const field = glance.windowField(w4);
      if (i32be(view, at + 38) !== next || seqDiff(ack, ackLimit) > 0) break;
      // And nothing that could bear a mark (`flow/analysis/routine.ts`).
      const news = seqDiff(ack, lastAck);
      if (news < 0) break;
      const end = (next + payload) | 0;
      if (payload === 0 ? news === 0 : end === fullAt) break;
      const hop = oneHop(glance.timeToLive(w3), glance.dscp(w1));
      if (hop !== knownHop) {
        if (addHops(hops, hop) !== hops) break;
        knownHop = hop;
      }
      const second = seconds[i]!;
      const nanosecond = nanoseconds[i]!;
      if (second !== lastSecond || (nanosecond - endNanoseconds) >>> 0 > MAX_RUN_GAP_NS) {
        if (!(second < NO_TIME) || isBefore(second | 0, nanosecond, endSeconds, endNanoseconds)) break;
        if (nanosecondsTo(endSeconds, endNanoseconds, second | 0, nanosecond) > MAX_RUN_GAP_NS) break;
        lastSecond = second;
      }
      if (!glance.headerSumsUp(w1, w2, w3, addresses)) break;
      if (frame <= captured && !glance.segmentSumsUp(view, at + glance.NETWORK_AT, packet, addresses)) break;
      if (field !== lastField) {
        const before = lastField < 0 ? edge : (lastAck + (lastField << shift)) | 0;
        if (field < leastField || isShrunk((ack + (field << shift)) | 0, before, slack)) break;
        lastField = field;
        if (field < least) least = field;
        if (field > most) most = field;
      }
      endSeconds = second | 0;
      endNanoseconds = nanosecond;
      next = end;
      lastAck = ack;
      wire = (wire + length) | 0;
      bytes = (bytes + captured) | 0;
      if (captured < length) cut++;
      packetBytes = (packetBytes + packet) | 0;
      payloadBytes = (payloadBytes + payload) | 0;
      if (news > 0 && peer >= 0) {
        timed.frame = batch.firstNumber + i;
        timed.acknowledged(peer, ack, endSeconds, nanosecond);
      }
      if (!isData || own < 0) continue;
      timed.sent(own, end, payload, endSeconds, nanosecond);
      alike.next = next;
      alike.nanoseconds = nanosecond;
      const more = alike.count(batch, i, payload, fullAt, addresses, timed, own);
      if (more === 0) continue;
      next = alike.next;
      endNanoseconds = alike.nanoseconds;
      wire += more * length;
      bytes += more * captured;
      if (captured < length) cut += more;
      packetBytes += more * packet;
      payloadBytes += more * payload;
      i += more;
    }
    const rows = i - first;
    if (rows === 0) return 0;
    wait.firstFrame = batch.firstNumber + first;
    wait.firstAck = i32be(view, (start[first]! | 0) + 42);
    wait.firstSeconds = seconds[first]! | 0;
    wait.firstNanoseconds = nanoseconds[first]!;
    wait.least = least;
    wait.most = most;
    run.next = next;
    run.lastAck = lastAck;
    run.window = lastField;
    run.seconds = endSeconds;
    run.nanoseconds = endNanoseconds;
    run.frames = rows;
    run.payload = payloadBytes;
    run.wire = wire;
    run.lastFrame = (batch.firstNumber + i - 1) | 0;
    const last = start[i - 1]! | 0;
    const behind = last + (capturedLength[i - 1]! | 0);
    const identification = u16be(view, last + IDENTIFICATION_AT);
    run.end(records, isData, identification, view, batch.bytes, last + glance.TRANSPORT_AT, behind);
    const sums = this.#sums;
    sums.captured = bytes;
    sums.wire = wire;
    sums.cut = cut;
    sums.packetBytes = packetBytes;
    sums.payloads = isData ? rows : 0;
    sums.payloadBytes = payloadBytes;
    this.#paths.add(this.#path, rows, wire);
    this.#totals.readRun(batch, first, i, sums);
    this.#totals.addSegments(rows, sums);
    return rows;
  }
}

/** Of the IPv4 header, in a frame. */
const IDENTIFICATION_AT = glance.NETWORK_AT + 4;

/** Bytes of payload of the segment in the frame at `at`. */
const payloadAt = (view: DataView, at: number): number =>
  glance.payloadLength(glance.packetLength(i32be(view, at + 14)), i32be(view, at + 46));

/** No kind of segment but these is ever routine. */
const isPlainAck = (fourth: number): boolean => (fourth & ((SYN | FIN | RST | ACK) << 16)) === ACK << 16;
