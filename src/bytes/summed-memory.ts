/**
 * Memory over which checksums are added up sixteen bytes at a time. Only WebAssembly can do that, and only over memory of
 * its own: there is one piece of it in a process, lent to one reader of a capture at a time. Others, and machines without
 * vector instructions, add in JavaScript (`checksum.ts`) with the same result.
 */

/** Bytes that are lent. */
export const SUMMED_BYTES = 1024 * 1024;
const PAGE = 65_536;

interface Wasm {
  readonly Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: { readonly sum: Sum } };
}
/** Sum of the 16-bit words, as they stand in memory, from `at` to `end`: a multiple of 32 bytes, not none, up to 2^19. */
type Sum = (at: number, end: number) => number;

const none = new DataView(new ArrayBuffer(0));
/** What is lent at the moment: the view that its reader uses, and how to add over it. */
export const lent: { view: DataView; sum: Sum } = { view: none, sum: () => 0 };
/** Undefined before it was asked for. */
let memory: Uint8Array<ArrayBuffer> | null | undefined;

/** The memory, when nobody has it; null otherwise, or where there is none. Give it back. */
export function borrow(): DataView<ArrayBuffer> | null {
  if (lent.view !== none) return null;
  memory = memory === undefined ? make() : memory;
  if (memory === null) return null;
  const view = new DataView(memory.buffer);
  lent.view = view;
  return view;
}

/** For any view: does nothing to one that is not lent. */
export function giveBack(view: DataView): void {
  if (view === lent.view) lent.view = none;
}

function make(): Uint8Array<ArrayBuffer> | null {
  const { WebAssembly } = globalThis as { WebAssembly?: Wasm };
  if (WebAssembly === undefined) return null;
  try {
    const pages = new WebAssembly.Memory({ initial: SUMMED_BYTES / PAGE });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code()), { m: { m: pages } });
    lent.sum = exports.sum;
    return new Uint8Array(pages.buffer);
  } catch {
    // No vector instructions, or no room.
    return null;
  }
}

/* ------------------------------------------------------------------------------------ the function, by its bytes
 * Opcodes are those of the WebAssembly core specification 2.0, section 5.4. Locals: 0 at, 1 end, 2 and 3 four sums each.
 */
const I32 = 0x7f;
const V128 = 0x7b;
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
const constant = (...leb128: number[]): number[] => [0x41, ...leb128];
const ADD = 0x6a;
const LESS_UNSIGNED = 0x49;
const LOOP = [0x03, 0x40];
const AGAIN_IF = [0x0d, 0];
const END = 0x0b;
const load = (offset: number): number[] => [0xfd, 0x00, 0, offset];
const LANES_OF_PAIRS = [0xfd, 0x7f]; // i32x4.extadd_pairwise_i16x8_u
const ADD_LANES = [0xfd, 0xae, 0x01];
const SHIFT_LANES = [0xfd, 0xad, 0x01]; // i32x4.shr_u
const AND = [0xfd, 0x4e];
const SPLAT = [0xfd, 0x11];
const lane = (i: number): number[] => [...get(2), 0xfd, 0x1b, i];

/** Sixteen bytes at `at + offset` to the sums in `local`. */
const addTo = (local: number, offset: number): number[] =>
  [get(local), get(0), load(offset), LANES_OF_PAIRS, ADD_LANES, set(local)].flat();

const body = [
  [1, 2, V128],
  [LOOP, addTo(2, 0), addTo(3, 16)].flat(),
  [get(0), constant(32), ADD, tee(0), get(1), LESS_UNSIGNED, AGAIN_IF, END].flat(),
  // Both together, folded so that four of them fit into a word: the low half and the high half.
  [get(2), get(3), ADD_LANES, tee(2), constant(0xff, 0xff, 0x03), SPLAT, AND].flat(),
  [get(2), constant(16), SHIFT_LANES, ADD_LANES, set(2)].flat(),
  [lane(0), lane(1), ADD, lane(2), ADD, lane(3), ADD, END].flat(),
].flat();

const section = (id: number, content: readonly number[]): number[] => [id, content.length, ...content];
const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

const code = (): Uint8Array =>
  Uint8Array.from(
    [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [1, 0x60, 2, I32, I32, 1, I32]),
      section(2, [1, ...name('m'), ...name('m'), 0x02, 0, 1]),
      section(3, [1, 0]),
      section(7, [1, ...name('sum'), 0x00, 0]),
      section(10, [1, body.length, ...body]),
    ].flat(),
  );
