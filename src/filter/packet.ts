/**
 * The frame under test, as a BPF program sees it: bytes up to the captured length, and the length on the wire.
 * A load beyond the captured bytes ends a BPF program with "no match", whatever stands around it. Here it sets `cut`,
 * which the filter looks at last: tests go on with zeros, but what they say no longer counts.
 */
import type { Frame } from '../wire/frame.ts';

export class Packet {
  bytes: Uint8Array = new Uint8Array(0);
  /** First byte of the frame, and the offset after its last captured byte. */
  start = 0;
  end = 0;
  /** On the wire: `len`. */
  wireLength = 0;
  /** Where the link-layer header begins; behind a radio header where there is one. */
  link = 0;
  /** What link-layer payload offsets count from: the frame's start, or the end of a header of variable length. */
  payload = 0;
  cut = false;

  aim(frame: Frame): void {
    this.bytes = frame.bytes;
    this.start = frame.start;
    this.end = frame.end;
    this.wireLength = frame.originalLength;
    this.link = frame.start;
    this.payload = frame.start;
    this.cut = false;
  }

  u8(at: number): number {
    if (at >= this.end) return this.miss();
    return this.bytes[at]!;
  }

  u16(at: number): number {
    if (at + 2 > this.end) return this.miss();
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  /** 32 bits as a signed word: an unsigned one above 2^31 would be allocated. */
  word(at: number): number {
    if (at + 4 > this.end) return this.miss();
    const { bytes } = this;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  private miss(): number {
    this.cut = true;
    return 0;
  }
}

export type Test = (packet: Packet) => boolean;

export const always: Test = () => true;
export const never: Test = () => false;

export function negation(test: Test): Test {
  if (test === always) return never;
  if (test === never) return always;
  return (p) => !test(p);
}

export function both(a: Test, b: Test): Test {
  if (a === never || b === always) return a;
  if (a === always) return b;
  return (p) => a(p) && b(p);
}

export function either(a: Test, b: Test): Test {
  if (a === always || b === never) return a;
  if (a === never) return b;
  return (p) => a(p) || b(p);
}

/** `inside` where `condition` holds, `rest` where it does not: for conditions of which only one can hold. */
export function choose(condition: Test, inside: Test, rest: Test): Test {
  if (condition === always) return inside;
  if (condition === never) return rest;
  return (p) => (condition(p) ? inside(p) : rest(p));
}
