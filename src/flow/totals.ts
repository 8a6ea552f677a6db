/** What is added up over all frames of a capture: the accounting, bytes per layer, times, and oddities by name. */
import type { Batch } from '../capture/batch.ts';
import { type Frame, Note, Stop, stopNames } from '../wire/frame.ts';
import { TCP, UDP } from '../wire/ip.ts';
import type { Paths } from '../wire/paths.ts';
import { MAX_EVIDENCE_FRAMES } from './limits.ts';

/** Why a frame was left out before it was judged. */
export type SkipReason = 'filter' | 'time';

/** Anomaly ids, one for each bit of `Frame.notes` that is one. */
export const noteIds: readonly (readonly [number, string])[] = [
  [Note.ipChecksumBad, 'ip_checksum_bad'],
  [Note.ipChecksumOffloaded, 'ip_checksum_offloaded'],
  [Note.transportChecksumBad, 'transport_checksum_bad'],
  [Note.transportChecksumOffloaded, 'transport_checksum_offloaded'],
  [Note.fragmentOverlap, 'ip_fragment_overlap'],
  [Note.fragmentTiny, 'ip_fragment_tiny'],
  [Note.fragmentLimit, 'ip_fragment_limit'],
  [Note.fragmentBad, 'ip_fragment_bad'],
  [Note.lengthBeyondFrame, 'ip_length_beyond_frame'],
  [Note.encrypted, 'wlan_encrypted'],
];
const IPV4_HEADER = 20;
/** Notes that are no anomaly. */
const QUIET = Note.reassembled;

export interface Anomaly {
  count: number;
  /** The first `MAX_EVIDENCE_FRAMES` frames. */
  readonly frames: number[];
}

/**
 * Sums kept as doubles from the start. As fields of an object they would begin as small integers and change their
 * representation when they pass 2^31, and V8 would throw away the code that uses them, each time anew.
 */
const Sum = {
  framesRead: 0,
  framesDecoded: 1,
  capturedBytes: 2,
  wireBytes: 3,
  cutFrames: 4,
  packets: 5,
  packetBytes: 6,
  segments: 7,
  segmentBytes: 8,
  payloads: 9,
  payloadBytes: 10,
  judgedBytes: 11,
  backwards: 12,
  firstSeconds: 13,
  firstNanoseconds: 14,
  lastSeconds: 15,
  lastNanoseconds: 16,
  previousSeconds: 17,
  previousNanoseconds: 18,
} as const;

/** What is added up over a run of frames (see `flow/lane.ts`, `flow/syn-lane.ts`). */
export class RunSums {
  captured = 0;
  wire = 0;
  cut = 0;
  packetBytes = 0;
  payloads = 0;
  payloadBytes = 0;
}

export class Totals {
  readonly #sums = new Float64Array(Object.keys(Sum).length);
  readonly undecoded = new Float64Array(stopNames.length);
  readonly skipped: Record<SkipReason, number> = { filter: 0, time: 0 };
  readonly anomalies = new Map<string, Anomaly>();

  constructor() {
    this.#sums[Sum.firstSeconds] = Infinity;
    this.#sums[Sum.lastSeconds] = -Infinity;
  }

  get framesRead(): number {
    return this.#sums[Sum.framesRead]!;
  }
  get framesDecoded(): number {
    return this.#sums[Sum.framesDecoded]!;
  }
  get capturedBytes(): number {
    return this.#sums[Sum.capturedBytes]!;
  }
  get wireBytes(): number {
    return this.#sums[Sum.wireBytes]!;
  }
  /** Frames of which the capture kept less than was on the wire. */
  get cutFrames(): number {
    return this.#sums[Sum.cutFrames]!;
  }
  /** Outermost IP packets. */
  get packets(): number {
    return this.#sums[Sum.packets]!;
  }
  get packetBytes(): number {
    return this.#sums[Sum.packetBytes]!;
  }
  /** Innermost TCP segments and UDP datagrams; their bytes with headers. */
  get segments(): number {
    return this.#sums[Sum.segments]!;
  }
  get segmentBytes(): number {
    return this.#sums[Sum.segmentBytes]!;
  }
  /** Segments with a payload. */
  get payloads(): number {
    return this.#sums[Sum.payloads]!;
  }
  get payloadBytes(): number {
    return this.#sums[Sum.payloadBytes]!;
  }
  /** Wire bytes of the frames that take part. */
  get judgedBytes(): number {
    return this.#sums[Sum.judgedBytes]!;
  }
  /** Frames whose time is before that of the frame in front of them. */
  get backwards(): number {
    return this.#sums[Sum.backwards]!;
  }
  /** Least time of a frame that was read; Infinity before the first. */
  get firstSeconds(): number {
    return this.#sums[Sum.firstSeconds]!;
  }
  get firstNanoseconds(): number {
    return this.#sums[Sum.firstNanoseconds]!;
  }
  /** Greatest time. */
  get lastSeconds(): number {
    return this.#sums[Sum.lastSeconds]!;
  }
  get lastNanoseconds(): number {
    return this.#sums[Sum.lastNanoseconds]!;
  }

  /** Rows `from` to `to` of a batch, whether their frames take part or not. */
  read(batch: Batch, from: number, to: number): void {
    if (from >= to) return;
    const sums = this.#sums;
    const { capturedLength, originalLength, seconds, nanoseconds } = batch;
    this.#start(seconds[from]!, nanoseconds[from]!);
    let captured = 0;
    let wire = 0;
    let cut = 0;
    let previousSeconds = sums[Sum.previousSeconds]!;
    let previousNanoseconds = sums[Sum.previousNanoseconds]!;
    for (let i = from; i < to; i++) {
      captured += capturedLength[i]!;
      wire += originalLength[i]!;
      if (capturedLength[i]! < originalLength[i]!) cut++;
      // In order, a frame can only be the latest so far; out of order, either of the two may be the first or the last.
      if (isBefore(seconds[i]!, nanoseconds[i]!, previousSeconds, previousNanoseconds)) {
        sums[Sum.backwards]!++;
        this.#extend(previousSeconds, previousNanoseconds);
        this.#extend(seconds[i]!, nanoseconds[i]!);
      }
      previousSeconds = seconds[i]!;
      previousNanoseconds = nanoseconds[i]!;
    }
    this.#addRead(to - from, captured, wire, cut);
    this.#follow(previousSeconds, previousNanoseconds);
  }

  /** Before the first row is read, it is the one in front of it. */
  #start(seconds: number, nanoseconds: number): void {
    const sums = this.#sums;
    if (this.framesRead > 0) return;
    sums[Sum.previousSeconds] = sums[Sum.firstSeconds] = sums[Sum.lastSeconds] = seconds;
    sums[Sum.previousNanoseconds] = sums[Sum.firstNanoseconds] = sums[Sum.lastNanoseconds] = nanoseconds;
  }

  #addRead(rows: number, captured: number, wire: number, cut: number): void {
    const sums = this.#sums;
    sums[Sum.framesRead]! += rows;
    sums[Sum.capturedBytes]! += captured;
    sums[Sum.wireBytes]! += wire;
    sums[Sum.cutFrames]! += cut;
  }

  /** The row that was read last has this time. */
  #follow(seconds: number, nanoseconds: number): void {
    this.#extend(seconds, nanoseconds);
    this.#sums[Sum.previousSeconds] = seconds;
    this.#sums[Sum.previousNanoseconds] = nanoseconds;
  }

  #extend(seconds: number, nanoseconds: number): void {
    if (isBefore(seconds, nanoseconds, this.firstSeconds, this.firstNanoseconds)) {
      this.#sums[Sum.firstSeconds] = seconds;
      this.#sums[Sum.firstNanoseconds] = nanoseconds;
    }
    if (!isBefore(seconds, nanoseconds, this.lastSeconds, this.lastNanoseconds)) {
      this.#sums[Sum.lastSeconds] = seconds;
      this.#sums[Sum.lastNanoseconds] = nanoseconds;
    }
  }

  skip(reason: SkipReason): void {
    this.skipped[reason]++;
  }

  /** The frames of a batch that take part (`counted[i]` is 1), after they were decoded. */
  judge(frames: readonly Frame[], count: number, counted: Uint8Array, paths: Paths): void {
    const sums = this.#sums;
    let decoded = 0;
    let wire = 0;
    let packets = 0;
    let packetBytes = 0;
    let segments = 0;
    let segmentBytes = 0;
    let payloads = 0;
    let payloadBytes = 0;
    // Neighbours mostly took the same path: they are added up before they are counted there.
    let path = 0;
    let pathFrames = 0;
    let pathBytes = 0;
    for (let i = 0; i < count; i++) {
      if (counted[i] === 0) continue;
      const f = frames[i]!;
      const { originalLength, payloadLength } = f;
      if (f.stop === Stop.none) decoded++;
      else this.undecoded[f.stop]! += 1;
      wire += originalLength;
      if (f.path !== path) {
        paths.add(path, pathFrames, pathBytes);
        path = f.path;
        pathFrames = pathBytes = 0;
      }
      pathFrames++;
      pathBytes += originalLength;
      if (f.packetLength > 0) {
        packets++;
        packetBytes += f.packetLength;
      }
      if (f.protocol === TCP || f.protocol === UDP) {
        segments++;
        segmentBytes += f.wireEnd - f.transport;
        payloadBytes += payloadLength;
        if (payloadLength > 0) payloads++;
      }
      if ((f.notes & ~QUIET) !== 0) this.#note(f);
    }
    paths.add(path, pathFrames, pathBytes);
    sums[Sum.framesDecoded]! += decoded;
    sums[Sum.judgedBytes]! += wire;
    sums[Sum.packets]! += packets;
    sums[Sum.packetBytes]! += packetBytes;
    sums[Sum.segments]! += segments;
    sums[Sum.segmentBytes]! += segmentBytes;
    sums[Sum.payloads]! += payloads;
    sums[Sum.payloadBytes]! += payloadBytes;
  }

  /** As `read`, for rows whose times are in order and whose sums are known. */
  readRun(batch: Batch, from: number, to: number, run: RunSums): void {
    const { seconds, nanoseconds } = batch;
    const sums = this.#sums;
    this.#start(seconds[from]!, nanoseconds[from]!);
    if (isBefore(seconds[from]!, nanoseconds[from]!, sums[Sum.previousSeconds]!, sums[Sum.previousNanoseconds]!)) {
      sums[Sum.backwards]!++;
      this.#extend(sums[Sum.previousSeconds]!, sums[Sum.previousNanoseconds]!);
      this.#extend(seconds[from]!, nanoseconds[from]!);
    }
    this.#follow(seconds[to - 1]!, nanoseconds[to - 1]!);
    this.#addRead(to - from, run.captured, run.wire, run.cut);
  }

  /** As `judge`, for frames that decoded without a note to a TCP segment in a single IPv4 packet without options. */
  addSegments(frames: number, run: RunSums): void {
    const sums = this.#sums;
    sums[Sum.framesDecoded]! += frames;
    sums[Sum.judgedBytes]! += run.wire;
    sums[Sum.packets]! += frames;
    sums[Sum.packetBytes]! += run.packetBytes;
    sums[Sum.segments]! += frames;
    sums[Sum.segmentBytes]! += run.packetBytes - frames * IPV4_HEADER;
    sums[Sum.payloads]! += run.payloads;
    sums[Sum.payloadBytes]! += run.payloadBytes;
  }

  #note(f: Frame): void {
    for (const [bit, id] of noteIds) if ((f.notes & bit) !== 0) this.anomaly(id, f.number);
  }

  anomaly(id: string, frame: number): void {
    let entry = this.anomalies.get(id);
    if (entry === undefined) this.anomalies.set(id, (entry = { count: 0, frames: [] }));
    entry.count++;
    if (entry.frames.length < MAX_EVIDENCE_FRAMES) entry.frames.push(frame);
  }
}

function isBefore(seconds: number, nanoseconds: number, thanSeconds: number, thanNanoseconds: number): boolean {
  return seconds < thanSeconds || (seconds === thanSeconds && nanoseconds < thanNanoseconds);
}
