/** The first bytes of both directions, for a look at what reads would have returned, with their secrets. */
import type { Side, StreamSink } from '../../stream/segment.ts';
import { MAX_FIRST_BYTES } from '../limits.ts';
import { SecretScanner } from '../secrets/scanner.ts';

export class Head implements StreamSink {
  readonly #bytes: readonly [Uint8Array, Uint8Array] = [
    new Uint8Array(MAX_FIRST_BYTES),
    new Uint8Array(MAX_FIRST_BYTES),
  ];
  /** How many of them came without a gap. */
  readonly #known: [number, number] = [0, 0];
  /** Null where all may be shown. */
  readonly secrets: SecretScanner | null;

  constructor(showSecrets: boolean) {
    this.secrets = showSecrets ? null : new SecretScanner();
  }

  data(side: Side, bytes: Uint8Array, offset: number): void {
    const room = MAX_FIRST_BYTES - offset;
    if (room > 0) this.secrets?.data(side, bytes, offset);
    if (room <= 0 || offset !== this.#known[side]) return;
    this.#bytes[side].set(bytes.subarray(0, room), offset);
    this.#known[side] = Math.min(MAX_FIRST_BYTES, offset + bytes.length);
  }

  gap(side: Side, offset: number, length: number): void {
    this.secrets?.gap(side, offset, length);
  }

  end(side: Side): void {
    this.secrets?.end(side);
  }

  /** Bytes `[start, end)`; null where not all of them are known. */
  bytes(side: Side, start: number, end: number): Uint8Array | null {
    return end <= this.#known[side] ? this.#bytes[side].subarray(start, end) : null;
  }
}
