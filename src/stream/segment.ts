/** What enters a stream (one TCP segment) and what leaves it (bytes in order, holes, the end). */
import type { Moment } from '../flow/life/moment.ts';
import type { Circumstances } from './sending.ts';

/** 0 is the originator, 1 the responder. */
export type Side = 0 | 1;

export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);

const NO_BYTES = new Uint8Array(0);

/** Filled in again for every segment. Numbers are signed 32-bit integers, as `wire/tcp.ts` reads them. */
export class StreamSegment implements Moment {
  side: Side = 0;
  frame = 0;
  seconds = 0;
  nanoseconds = 0;
  flags = 0;
  sequence = 0;
  acknowledgment = 0;
  /** Not scaled. */
  windowField = 0;
  /** What a SYN offers, see `wire/tcp-options.ts`; 0 for every other segment. */
  options = 0;
  /** What `payload` points into; valid while the segment is taken. */
  bytes: Uint8Array = NO_BYTES;
  payload = 0;
  /** Payload that the capture kept, and payload on the wire. */
  captured = 0;
  length = 0;
}

/** The segment that brought bytes: its payload is `start` to `end` of the stream. */
export interface Carrier extends Moment {
  readonly frame: number;
  readonly start: number;
  readonly end: number;
  readonly sent: Circumstances;
}

/** A frame and its time. */
export interface Arrival extends Moment {
  readonly frame: number;
}

/** `lost`: no segment of the capture has the bytes. `cut`: the snaplen cut them off. */
export type GapKind = 'lost' | 'cut';

/** Who takes the bytes. Offsets count from the byte after the SYN, or from the first one seen. */
export interface StreamSink {
  /**
   * Bytes in order: those of one segment, or what was new in it. Valid during the call. `now` is the segment that made
   * them readable, which is another one than the carrier where a hole stood before them.
   */
  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier, now: Arrival): void;
  /** Bytes that never come. */
  gap(side: Side, offset: number, length: number, kind: GapKind, now: Arrival): void;
  /** Bytes that were told came again at least `seconds` after the segment before them: `from` to `to`. */
  resent?(side: Side, from: number, to: number, seconds: number): void;
  /** All bytes up to the FIN were told (`closed`: the segment that made that so), or nothing more will come (null). */
  end(side: Side, closed?: Arrival | null): void;
  /** Nothing more is wanted of the connection. */
  readonly done?: boolean;
}
