/** Counts what a piece of code moves about in memory: elements of arrays and bytes of typed arrays. A time would depend on the machine. */

/** Elements and bytes that `run` moved or copied by the methods that do so in one call. */
export function workOf(run: () => void): number {
  let moved = 0;
  const arrays = Array.prototype;
  const { splice, slice } = arrays;
  const bytes = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const typed = { set: bytes.set, slice: bytes.slice };
  arrays.splice = function counted(this: unknown[], ...args: unknown[]): unknown[] {
    const [start = 0, count = this.length] = args as [number?, number?];
    // What stands behind moves when the length changes.
    const removed = Math.min(count, this.length - start);
    const added = Math.max(0, args.length - 2);
    moved += removed + added + (removed === added ? 0 : this.length - start - removed);
    return (splice as (...all: unknown[]) => unknown[]).apply(this, args);
  } as typeof splice;
  arrays.slice = function counted(this: unknown[], ...args: [number?, number?]): unknown[] {
    const copy = slice.apply(this, args);
    moved += copy.length;
    return copy;
  } as typeof slice;
  bytes.set = function counted(this: Uint8Array, source: ArrayLike<number>, offset?: number): void {
    moved += source.length;
    typed.set.call(this, source, offset);
  };
  bytes.slice = function counted(this: Uint8Array, start?: number, end?: number): Uint8Array<ArrayBuffer> {
    const copy = typed.slice.call(this, start, end);
    moved += copy.length;
    return copy as Uint8Array<ArrayBuffer>;
  };
  try {
    run();
  } finally {
    arrays.splice = splice;
    arrays.slice = slice;
    Object.assign(bytes, { set: typed.set, slice: typed.slice });
  }
  return moved;
}
