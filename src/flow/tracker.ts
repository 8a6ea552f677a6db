/**
 * Frames -> connections. Every frame finds its connection, or opens one; then it is counted in. Works on batches:
 * first all keys of a batch are read and the slots they lead to are touched, then the table is updated, so that the
 * waits for memory overlap. Which frame belongs to which connection, and the order of their numbers, follow
 * Wireshark's tcp.stream and udp.stream.
 */
import { BATCH_FRAMES } from '../capture/batch.ts';
import { isBefore } from '../bytes/interval.ts';
import type { Frame } from '../wire/frame.ts';
import { ICMP, ICMPV6, TCP, UDP } from '../wire/ip.ts';
import { isTooBig } from '../wire/icmp.ts';
import { SYN, flagsOf, sequence } from '../wire/tcp.ts';
import { Burst } from './burst.ts';
import { isFirstSyn, openWithSyn, sampleFirstSyn } from './first-syn.ts';
import { addHops, hopsOf } from './hops.ts';
import { IcmpReports, Quote, readQuote } from './icmp.ts';
import { Keys } from './keys.ts';
import { datagramFromResponder } from './originator.ts';
import { Double, Meta, WORDS, Word, rowOf, timeWord } from './records.ts';
import { connectionOf, judge, judgeDatagram, openFirst, reopen } from './segment.ts';
import { type Identify, mayProbe, probed, serviceOf } from './service.ts';
import { ConnectionTable } from './table.ts';
import type { TabulationHash } from './hash.ts';

/** Bytes of a quoted TCP header that Wireshark needs to give it a stream number: up to and with the window. */
const QUOTED_TCP = 16;
/** Counters of the base record stay below this; then the connection is promoted. */
const BASE_WIRE_LIMIT = 0x60000000;
/** Key row for headers that are not a frame's own: a tunnel's, or those an ICMP error quotes. */
const SPARE = BATCH_FRAMES;
/** In `connection` while a batch is tracked: a frame that belongs to none, apart from -1, not known yet. */
const NO_CONNECTION = -2;

export class Tracker {
  readonly table: ConnectionTable;
  /** ICMP errors by the connection they are about. */
  readonly icmp = new IcmpReports();
  /** Connection of each frame of the batch, -1 for none; and its side: 0 from the originator, 1 from the responder. */
  readonly connection = new Int32Array(BATCH_FRAMES);
  readonly side = new Uint8Array(BATCH_FRAMES);
  /** Frames whose connection could not be kept for want of room. */
  untracked = 0;
  /** Keeps the early touches from being optimised away. */
  touched = 0;

  readonly #keys: Keys;
  readonly #identify: Identify;
  readonly #quote = new Quote();
  readonly #burst = new Burst(this.connection, this.side);
  readonly #shortcuts: boolean;

  /** `shortcuts`: routine segments are counted in runs, the first SYN of a connection in one go. The result is the same. */
  constructor(identify: Identify, shortcuts = true, tables?: TabulationHash) {
    this.#identify = identify;
    this.#shortcuts = shortcuts;
    this.#keys = new Keys(BATCH_FRAMES + 1, tables);
    this.table = new ConnectionTable(this.#keys);
  }

  /**
   * Tracks the first `count` frames. `counted[i]` is 0 for a frame that a filter leaves out: it takes part in the
   * numbering of connections, and in nothing else.
   */
  track(frames: readonly Frame[], count: number, counted: Uint8Array): void {
    this.#readKeys(frames, count);
    const { table, connection } = this;
    const opened = table.opened;
    for (let i = 0; i < count; i++) {
      // What the cache said holds as long as this batch has opened no connection.
      const id = opened === table.opened ? connection[i]! : -1;
      if (id >= 0 && this.#shortcuts) {
        const run = this.#burst.count(table.records, frames, counted, i, count);
        if (run > 0) {
          i += run - 1;
          continue;
        }
      }
      const f = frames[i]!;
      if (f.outerCount > 0) this.#trackOuter(f);
      if (connection[i] !== NO_CONNECTION) connection[i] = this.#trackFrame(f, i, id, counted[i] !== 0);
      else if (f.protocol === ICMP || f.protocol === ICMPV6) this.#trackQuote(f, counted[i] !== 0);
    }
    for (let i = 0; i < count; i++) if (connection[i]! < 0) connection[i] = -1;
  }

  /** Reads the keys of a batch, recalls or touches their connections, and leaves what it knows in `connection`. */
  #readKeys(frames: readonly Frame[], count: number): void {
    const { table, connection, side } = this;
    const keys = this.#keys;
    let touched = 0;
    for (let i = 0; i < count; i++) {
      const f = frames[i]!;
      connection[i] = NO_CONNECTION;
      if (f.protocol !== TCP && f.protocol !== UDP) continue;
      if (!keys.read(i, f)) {
        this.untracked++;
        continue;
      }
      keys.hash[i] = 0;
      // Segments of one connection come in bursts: ask the frame before, then the cache.
      if (i > 0 && connection[i - 1]! >= 0 && keys.isSame(i, i - 1)) {
        connection[i] = connection[i - 1]!;
        side[i] = side[i - 1]!;
        continue;
      }
      const id = table.recall(i);
      connection[i] = id;
      side[i] = table.side;
      if (id < 0) touched ^= table.touch(i);
    }
    this.touched ^= touched;
  }

  /** `recalled`: the connection, where the cache knows it; else negative. */
  #trackFrame(f: Frame, i: number, recalled: number, counted: boolean): number {
    const table = this.table;
    const isKnown = recalled >= 0 && this.#shortcuts && !mayOpen(f);
    let id = isKnown ? recalled : this.#find(i);
    if (id < 0 && counted && this.#shortcuts && f.protocol === TCP && isFirstSyn(f)) {
      id = openWithSyn(table, i, f, hopsOf(f));
      this.side[i] = 0;
      if (id < 0) this.untracked++;
      return id < 0 ? NO_CONNECTION : id;
    }
    if (f.protocol === TCP) id = connectionOf(table, i, f, id, counted);
    else if (id < 0) id = table.open(i, datagramFromResponder(this.#keys, i));
    if (id < 0) {
      this.untracked++;
      return NO_CONNECTION;
    }
    const side = isKnown ? this.side[i]! : table.sideOf(id, i);
    this.side[i] = side;
    if (!counted) return id;
    if (f.protocol === TCP) {
      sampleFirstSyn(table.records, f, id);
      judge(table.records, f, id, side);
    } else judgeDatagram(table.records, id, side);
    this.#count(f, id, side);
    return id;
  }

  /** Also leaves the place where a new connection would go, so it runs before anything that may open one. */
  #find(i: number): number {
    if (this.#keys.hash[i] === 0) this.#keys.hashOf(i);
    return this.table.find(i);
  }

  /** Counters, times and TTLs of a counted frame. */
  #count(f: Frame, id: number, side: number): void {
    const records = this.table.records;
    const w = records.w;
    const at = id * WORDS;
    this.#time(f, w, at);
    w[at + Word.hopsA + side] = addHops(w[at + Word.hopsA + side]!, hopsOf(f));
    // Words of the base record would wrap: beyond this the connection counts in doubles.
    if (w[at + Word.full] === 0 && w[at + Word.wireA + side]! + f.originalLength > BASE_WIRE_LIMIT) records.promote(id);
    if (w[at + Word.full] !== 0) {
      const row = rowOf(w[at + Word.full]!, side);
      const doubles = records.f;
      doubles[row + Double.frames]! += 1;
      doubles[row + Double.wire]! += f.originalLength;
      doubles[row + Double.payload]! += f.payloadLength;
    } else {
      w[at + Word.framesA + side]! += 1;
      w[at + Word.wireA + side]! += f.originalLength;
      if (f.protocol === UDP) w[at + Word.isnA + side]! += f.payloadLength;
    }
    if (f.payloadLength > 0 && mayProbe(w[at + Word.seen]!, side)) this.#probe(f, at, side);
  }

  #time(f: Frame, w: Int32Array, at: number): void {
    const seconds = timeWord(f.seconds);
    w[at + Word.lastFrame] = f.number;
    if (w[at + Word.firstFrame] === 0) {
      w[at + Word.firstFrame] = f.number;
      w[at + Word.path] = f.path;
      w[at + Word.startSeconds] = w[at + Word.endSeconds] = seconds;
      w[at + Word.startNanoseconds] = w[at + Word.endNanoseconds] = f.nanoseconds;
    } else if (!isBefore(seconds, f.nanoseconds, w[at + Word.endSeconds]!, w[at + Word.endNanoseconds]!)) {
      w[at + Word.endSeconds] = seconds;
      w[at + Word.endNanoseconds] = f.nanoseconds;
    } else if (isBefore(seconds, f.nanoseconds, w[at + Word.startSeconds]!, w[at + Word.startNanoseconds]!)) {
      w[at + Word.startSeconds] = seconds;
      w[at + Word.startNanoseconds] = f.nanoseconds;
    }
  }

  /** Shows the payload to `identify` while the service is unknown. */
  #probe(f: Frame, at: number, side: number): void {
    const w = this.table.records.w;
    w[at + Word.seen] = probed(w[at + Word.seen]!, side, this.#identify(f));
  }

  /** A tunnel's own UDP header takes a connection number, as in Wireshark; its bytes are counted inside the tunnel. */
  #trackOuter(f: Frame): void {
    for (let i = 0; i < f.outerCount; i++) {
      const transport = f.outer[3 * i + 1]!;
      if (transport === f.transport && f.outerBytes === f.bytes) continue;
      const [network, version] = [f.outer[3 * i]!, f.outer[3 * i + 2]!];
      if (!this.#keys.readAt(SPARE, f.outerView, f.outerBytes, version, network, transport, true)) continue;
      this.#keys.hashOf(SPARE);
      if (this.table.find(SPARE) < 0) this.table.open(SPARE, datagramFromResponder(this.#keys, SPARE));
    }
  }

  /**
   * An ICMP error belongs to the connection that it quotes. One that quotes a TCP or UDP header of an unknown
   * connection takes a number, as in Wireshark, where the quoted header is dissected like any other.
   */
  #trackQuote(f: Frame, counted: boolean): void {
    const q = this.#quote;
    if (!readQuote(q, f)) return;
    const table = this.table;
    if (!this.#keys.readAt(SPARE, f.view, f.bytes, q.version, q.network, q.transport, q.udp)) return;
    this.#keys.hashOf(SPARE);
    let id = table.find(SPARE);
    if (q.udp) id = id < 0 ? table.open(SPARE, datagramFromResponder(this.#keys, SPARE)) : id;
    else if (q.held >= QUOTED_TCP) {
      const flags = flagsOf(f.bytes, q.transport);
      id =
        id < 0
          ? openFirst(table, SPARE, flags, counted ? 0 : -1)
          : reopen(table, SPARE, id, flags, sequence(f.view, q.transport), counted ? 0 : -1);
    }
    if (id < 0 || !counted) return;
    table.records.w[id * WORDS + Word.meta]! |= Meta.icmp | (isTooBig(f) ? Meta.tooBig : 0);
    this.icmp.add(f, id);
  }

  /** Application protocol of a connection, as `Identify` named it; 0 when unknown. */
  service(id: number): number {
    return serviceOf(this.table.records.w[id * WORDS + Word.seen]!);
  }
}

/** The frame may open a connection in place of one of the same ends. */
const mayOpen = (f: Frame): boolean => f.protocol === TCP && (flagsOf(f.bytes, f.transport) & SYN) !== 0;
