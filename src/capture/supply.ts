/** Where bytes come from: a file, a pipe or a decompressor. Enters: nothing. Leaves: bytes, in order, once. */

/** Why a supply ended before its real end. */
export interface Trouble {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

export interface ByteSupply {
  /** Copies bytes into `target[from, to)` and says how many; 0 at the end. Waits only when it returns a promise. */
  read(target: Uint8Array, from: number, to: number): number | Promise<number>;
  /** Set when the end came too early. */
  readonly trouble: Trouble | null;
  /** Bytes taken from the disk or pipe so far (compressed bytes, where compressed). */
  readonly consumed: number;
  /** What `consumed` will reach, or null where that cannot be known. */
  readonly size: number | null;
  close(): void;
}
