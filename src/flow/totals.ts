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
/** Notes that are no anomaly. */
const QUIET = Note.reassembled;

export interface Anomaly {
  count: number;
  /** The first `MAX_EVIDENCE_FRAMES` frames. */
  readonly frames: number[];
}

export class Totals {
  framesRead = 0;
  framesDecoded = 0;
  readonly undecoded = new Float64Array(stopNames.length);
  readonly skipped: Record<SkipReason, number> = { filter: 0, time: 0 };
  capturedBytes = 0;
  wireBytes = 0;
  /** Frames of which the capture kept less than was on the wire. */
  cutFrames = 0;
  packets = 0;
  packetBytes = 0;
  /** Bytes of TCP segments and UDP datagrams, headers included; then without. */
  segments = 0;
  segmentBytes = 0;
  payloadBytes = 0;
  /** Segments with a payload. */
  payloads = 0;
  /** Wire bytes of the frames that take part. */
  judgedBytes = 0;
  readonly anomalies = new Map<string, Anomaly>();

  firstSeconds = Infinity;
  firstNanoseconds = 0;
  lastSeconds = -Infinity;
  lastNanoseconds = 0;
  /** Frames whose time is before that of the frame in front of them. */
  backwards = 0;
  // Of the frame before this batch.
  #previousSeconds = 0;
  #previousNanoseconds = 0;

  /** The first `count` rows of a batch, whether their frames take part or not. */
  read(batch: Batch, count: number): void {
    if (count === 0) return;
    const { capturedLength, originalLength, seconds, nanoseconds } = batch;
    const isFirst = this.framesRead === 0;
    let captured = 0;
    let wire = 0;
    let cut = 0;
    let previousSeconds = isFirst ? seconds[0]! : this.#previousSeconds;
    let previousNanoseconds = isFirst ? nanoseconds[0]! : this.#previousNanoseconds;
    if (isFirst) this.#extend(previousSeconds, previousNanoseconds);
    for (let i = 0; i < count; i++) {
      captured += capturedLength[i]!;
      wire += originalLength[i]!;
      if (capturedLength[i]! < originalLength[i]!) cut++;
      // In order, a frame can only be the latest so far; out of order, either of the two may be the first or the last.
      if (isBefore(seconds[i]!, nanoseconds[i]!, previousSeconds, previousNanoseconds)) {
        this.backwards++;
        this.#extend(previousSeconds, previousNanoseconds);
        this.#extend(seconds[i]!, nanoseconds[i]!);
      }
      previousSeconds = seconds[i]!;
      previousNanoseconds = nanoseconds[i]!;
    }
    this.framesRead += count;
    this.capturedBytes += captured;
    this.wireBytes += wire;
    this.cutFrames += cut;
    this.#extend(previousSeconds, previousNanoseconds);
    this.#previousSeconds = previousSeconds;
    this.#previousNanoseconds = previousNanoseconds;
  }

  #extend(seconds: number, nanoseconds: number): void {
    if (isBefore(seconds, nanoseconds, this.firstSeconds, this.firstNanoseconds)) {
      this.firstSeconds = seconds;
      this.firstNanoseconds = nanoseconds;
    }
    if (!isBefore(seconds, nanoseconds, this.lastSeconds, this.lastNanoseconds)) {
      this.lastSeconds = seconds;
      this.lastNanoseconds = nanoseconds;
    }
  }

  skip(reason: SkipReason): void {
    this.skipped[reason]++;
  }

  /** The frames of a batch that take part (`counted[i]` is 1), after they were decoded. */
  judge(frames: readonly Frame[], count: number, counted: Uint8Array, paths: Paths): void {
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
    this.framesDecoded += decoded;
    this.judgedBytes += wire;
    this.packets += packets;
    this.packetBytes += packetBytes;
    this.segments += segments;
    this.segmentBytes += segmentBytes;
    this.payloads += payloads;
    this.payloadBytes += payloadBytes;
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
