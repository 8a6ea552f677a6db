/**
 * Growable memory for tables of numbers. It grows in place: nothing is copied, and the old and the new table never
 * exist at the same time. WebAssembly.Memory is the one object of the language that can do this (it reserves
 * address space and commits pages as they are touched); no WebAssembly code is involved. Where address space is
 * limited (ulimit -v), a plain ArrayBuffer that is copied on growth takes its place.
 *
 * The memory is shared, with nobody: growing it then leaves the old buffer as it is. Growing one that is not detaches the
 * buffer, after which V8 checks every access to any typed array for that, in all code, to the end of the process: measured
 * at a quarter of the run time of a bulk transfer, and an eighth of that of web traffic.
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

export class Arena {
  /** Views of the whole memory. Growing replaces them: read them again after `ensure`. */
  i32: Int32Array;
  f64: Float64Array;
  u8: Uint8Array;
  #memory: GrowableMemory | null;
  #bytes: number;

  constructor(initialBytes: number) {
    const pages = Math.max(1, Math.ceil(initialBytes / PAGE));
    this.#bytes = pages * PAGE;
    this.#memory = reserve(pages);
    const buffer = this.#memory?.buffer ?? new ArrayBuffer(this.#bytes);
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
      const larger = new Uint8Array(this.#bytes + pages * PAGE);
      larger.set(this.u8);
      return larger.buffer;
    } catch {
      return null;
    }
  }
}
