import { afterEach, describe, expect, test, vi } from 'vitest';
import { Arena, MAX_ARENA_BYTES } from '../../src/bytes/arena.ts';

const PAGE = 65_536;
afterEach(() => vi.unstubAllGlobals());

/** A constructor that fails. */
function refuse(): never {
  throw new RangeError('could not allocate memory');
}

/** Where address space is limited, reserving fails. */
function withoutMemory(): void {
  vi.stubGlobal('WebAssembly', { Memory: refuse });
}

describe.each([
  ['reserved memory', (): void => {}],
  ['a plain buffer, where nothing can be reserved', withoutMemory],
  ['a plain buffer, without WebAssembly', (): void => void vi.stubGlobal('WebAssembly', undefined)],
])('%s', (_name, prepare) => {
  test('starts with whole pages, zeroed, at least one', () => {
    prepare();
    expect(new Arena(0).byteLength).toBe(PAGE);
    expect(new Arena(1).byteLength).toBe(PAGE);
    expect(new Arena(PAGE).byteLength).toBe(PAGE);
    const arena = new Arena(PAGE + 1);
    expect(arena.byteLength).toBe(2 * PAGE);
    expect(arena.u8.every((byte) => byte === 0)).toBe(true);
  });

  test('three views of the same bytes, all of them', () => {
    prepare();
    const arena = new Arena(PAGE);
    arena.i32[1] = 0x01020304;
    expect([...arena.u8.subarray(4, 8)]).toEqual([4, 3, 2, 1]);
    arena.f64[1] = 1;
    expect(arena.i32[3]).toBe(0x3ff00000);
    expect([arena.i32.byteLength, arena.f64.byteLength, arena.u8.byteLength]).toEqual([PAGE, PAGE, PAGE]);
  });

  test('growing keeps what was there; new room is zero', () => {
    prepare();
    const arena = new Arena(PAGE);
    for (let i = 0; i < arena.i32.length; i++) arena.i32[i] = i ^ 0x55aa;
    expect(arena.ensure(10 * PAGE + 1)).toBe(true);
    expect(arena.byteLength).toBe(11 * PAGE);
    for (const view of [arena.i32, arena.f64, arena.u8]) expect(view.byteLength).toBe(11 * PAGE);
    const kept = PAGE / 4;
    expect(arena.i32.subarray(0, kept).every((word, i) => word === (i ^ 0x55aa))).toBe(true);
    expect(arena.i32.subarray(kept).every((word) => word === 0)).toBe(true);
    arena.u8[11 * PAGE - 1] = 7;
    expect(arena.u8.at(-1)).toBe(7);
  });

  test('room that is there costs nothing', () => {
    prepare();
    const arena = new Arena(4 * PAGE);
    const before = arena.i32;
    expect(arena.ensure(4 * PAGE)).toBe(true);
    expect(arena.i32).toBe(before);
  });

  test('a step is a quarter at least, so that growing byte by byte is not quadratic', () => {
    prepare();
    const arena = new Arena(100 * PAGE);
    expect(arena.ensure(100 * PAGE + 1)).toBe(true);
    expect(arena.byteLength).toBe(125 * PAGE);
  });

  test('more than the most is refused, and nothing changes', () => {
    prepare();
    const arena = new Arena(PAGE);
    arena.i32[0] = 42;
    expect(arena.ensure(MAX_ARENA_BYTES + 1)).toBe(false);
    expect(arena.byteLength).toBe(PAGE);
    expect(arena.i32[0]).toBe(42);
  });
});

test('memory that the machine does not have is refused, and what is there stays', () => {
  vi.stubGlobal('WebAssembly', {
    Memory: class {
      readonly buffer: ArrayBuffer;
      constructor({ initial }: { initial: number }) {
        this.buffer = new ArrayBuffer(initial * PAGE);
      }
      grow(): number {
        throw new RangeError('Unable to grow instance memory');
      }
    },
  });
  const arena = new Arena(PAGE);
  arena.i32[0] = 42;
  expect(arena.ensure(40 * PAGE)).toBe(true);
  expect(arena.ensure(60 * PAGE)).toBe(false);
  expect(arena.byteLength).toBe(40 * PAGE);
  expect(arena.i32[0]).toBe(42);
});

test('small tables reserve no address space: a process may make tens of thousands of them', () => {
  const reserved = vi.fn<() => void>();
  vi.stubGlobal('WebAssembly', { Memory: reserved });
  const arenas = Array.from({ length: 20 }, () => new Arena(PAGE));
  for (const arena of arenas) expect(arena.ensure(16 * PAGE)).toBe(true);
  expect(reserved).not.toHaveBeenCalled();
});
