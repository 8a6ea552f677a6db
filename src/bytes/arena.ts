/**
 * Growable memory for tables of numbers. It grows in place: nothing is copied, and the old and the new table never
 * exist at the same time. WebAssembly.Memory is the one object of the language that can do this (it reserves
 * address space and commits pages as they are touched); no WebAssembly code is involved. Where address space is
 * limited (ulimit -v), a plain ArrayBuffer that is copied on growth takes its place. Small tables are plain as well: most
 * captures need no others, and a process that reads thousands of them would run out of address space.
 *
 * The memory is shared, with nobody: growing it then leaves the old buffer as it is. Growing one that is not detaches the
 * buffer, after which V8 checks every access to any typed array for that, in all code, to the end of the process. Measured
 * on web traffic: 5.6 s instead of 6.4 s.
 */

const PAGE = 65_536;
/** The most that one arena can hold: 4 GiB less one page, the range of a 32-bit offset. */
export const MAX_ARENA_BYTES = 65_535 * PAGE;

interface GrowableMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface MemoryConstructor {
  new (descriptor: { initial: number; maximum: number; shared: boolean }): GrowableMemory;
}

function reserve(pages: number): GrowableMemory | null {
  const { WebAssembly } = globalThis as { WebAssembly?: { Memory: MemoryConstructor } };
  if (WebAssembly === undefined) return null;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: 65_535, shared: true });
  } catch {
    return null;
  }
}

/** From here on memory is reserved. */
const SMALL_BYTES = 1 << 20;

export class Arena {
  /** Views of the whole memory. Growing replaces them: read them again after `ensure`. */
  i32: Int32Array;
  f64: Float64Array;
  u8: Uint8Array;
  #memory: GrowableMemory | null = null;
  #bytes: number;

  constructor(initialBytes: number) {
    const pages = Math.max(1, Math.ceil(initialBytes / PAGE));
    this.#bytes = pages * PAGE;
    const buffer = new ArrayBuffer(this.#bytes);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.u8 = new Uint8Array(buffer);
  }

  get byteLength(): number {
    return this.#bytes;
  }

  /** Makes room for `bytes` in all (new room is zero). Grows by a quarter at least. False when it cannot. */
  ensure(bytes: number): boolean {
    if (bytes <= this.#bytes) return true;
    if (bytes > MAX_ARENA_BYTES) return false;
    const wanted = Math.min(MAX_ARENA_BYTES, Math.max(bytes, this.#bytes + (this.#bytes >>> 2)));
    const pages = Math.ceil((wanted - this.#bytes) / PAGE);
    const buffer = this.#grow(pages);
    if (buffer === null) return false;
    this.#bytes += pages * PAGE;
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.u8 = new Uint8Array(buffer);
    return true;
  }

  #grow(pages: number): ArrayBuffer | null {
    try {
      if (this.#memory !== null) {
        this.#memory.grow(pages);
        return this.#memory.buffer;
      }
      const bytes = this.#bytes + pages * PAGE;
      if (bytes > SMALL_BYTES) this.#memory = reserve(bytes / PAGE);
      const larger = this.#memory?.buffer ?? new ArrayBuffer(bytes);
      new Uint8Array(larger).set(this.u8);
      return larger;
    } catch {
      return null;
    }
  }
}
