/** The first bytes of both directions of a connection, and where their senders paused: what a framing is guessed from. */
import type { Carrier, Side, StreamSink } from '../../stream/segment.ts';
import { MAX_SAMPLED_BYTES, MAX_SAMPLES_PER_PORT, MAX_SAMPLE_BYTES } from '../limits.ts';

/** One direction, up to the first byte that the capture lacks. */
export interface Sample {
  readonly bytes: Uint8Array;
  /**
   * Stream offsets at which the sender had nothing more to say just then: behind a segment with room left, and where the
   * peer spoke next. Ascending, none twice.
   */
  readonly pauses: readonly number[];
  /** The stream ended there. */
  readonly isWhole: boolean;
}

/** Bytes of one segment, in the order in which they could be read. */
interface Piece {
  readonly side: Side;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Both directions of a connection; one may be empty. */
export interface ConnectionSample {
  readonly sides: readonly [Sample, Sample];
  readonly pieces: readonly Piece[];
}

/** Room for samples, shared by all connections of a run. */
export class SampleRoom {
  #left = MAX_SAMPLED_BYTES;
  readonly #perPort = new Uint8Array(65_536);
  /** Bytes of a server were left out altogether. */
  limitReached = false;

  /** Whether one more connection to this port is looked at. */
  admits(port: number): boolean {
    if (this.#perPort[port]! >= MAX_SAMPLES_PER_PORT) return false;
    if (this.#left === 0 && this.#perPort[port] === 0) this.limitReached = true;
    if (this.#left === 0) return false;
    this.#perPort[port]!++;
    return true;
  }

  /** As many bytes as there is room for. */
  take(bytes: number): number {
    const taken = Math.min(bytes, this.#left);
    this.#left -= taken;
    return taken;
  }
}

class Direction {
  length = 0;
  pauses: number[] = [];
  /** Nothing more is taken: a gap, or enough. */
  isShut = false;
  isWhole = false;
}

export class SampleSink implements StreamSink {
  readonly #port: number;
  readonly #room: SampleRoom;
  readonly #directions: readonly [Direction, Direction] = [new Direction(), new Direction()];
  readonly #pieces: Piece[] = [];
  #speaker: Side | null = null;
  #isAdmitted: boolean | null = null;

  constructor(port: number, room: SampleRoom) {
    this.#port = port;
    this.#room = room;
  }

  data(side: Side, bytes: Uint8Array, offset: number, carrier: Carrier): void {
    this.#isAdmitted ??= this.#room.admits(this.#port);
    if (!this.#isAdmitted) return;
    if (this.#speaker !== null && this.#speaker !== side) this.#pause(this.#directions[this.#speaker]);
    this.#speaker = side;
    const direction = this.#directions[side];
    if (direction.isShut) return;
    const length = this.#room.take(Math.min(bytes.length, MAX_SAMPLE_BYTES - direction.length));
    if (length > 0) this.#pieces.push({ side, at: offset, bytes: bytes.slice(0, length) });
    direction.length += length;
    direction.isShut = length < bytes.length;
    const { size, fillsWindow } = carrier.sent;
    if (size === 'small' && !fillsWindow && offset + bytes.length === carrier.end) this.#pause(direction);
  }

  gap(side: Side): void {
    this.#directions[side].isShut = true;
  }

  end(side: Side): void {
    const direction = this.#directions[side];
    direction.isWhole = !direction.isShut;
    this.#pause(direction);
  }

  /** False where there is nothing to look at. */
  get hasBytes(): boolean {
    return this.#directions.some(({ length }) => length > 0);
  }

  sample(): ConnectionSample {
    return { sides: [this.#sideOf(0), this.#sideOf(1)], pieces: this.#pieces };
  }

  #sideOf(side: Side): Sample {
    const { length, pauses, isWhole } = this.#directions[side];
    const bytes = new Uint8Array(length);
    for (const piece of this.#pieces) if (piece.side === side) bytes.set(piece.bytes, piece.at);
    return { bytes, pauses, isWhole };
  }

  #pause(direction: Direction): void {
    const { length, pauses, isShut } = direction;
    if (!isShut && length > 0 && pauses.at(-1) !== length) pauses.push(length);
  }
}
