/** Length fields as in Netty's LengthFieldBasedFrameDecoder and ProtobufVarint32FrameDecoder. */
import { type Verdict, counted } from './counted.ts';
import type { FramerFactory } from './framer.ts';

export interface LengthFraming {
  /** Bytes of the field: 1, 2, 3, 4 or 8. */
  readonly size: number;
  readonly offset: number;
  /** Added to the value of the field: what it does not count, or counts too much. */
  readonly adjust: number;
  /** Bytes at the start that are no payload. */
  readonly strip: number;
  readonly max: number;
  readonly endian: 'big' | 'little';
}

export function lengthField(framing: LengthFraming): FramerFactory {
  const fieldEnd = framing.offset + framing.size;
  return counted((bytes) => (bytes.length < fieldEnd ? null : judge(framing, valueOf(framing, bytes))));
}

function judge({ offset, size, adjust, strip, max }: LengthFraming, value: number): Verdict {
  const fieldEnd = offset + size;
  const fields = { length: value };
  if (value < 0) return corrupted(fieldEnd, fields, `the length field is negative: ${value}`);
  const length = value + adjust + fieldEnd;
  if (length < fieldEnd) {
    return corrupted(fieldEnd, fields, `length ${value} and adjustment ${adjust} end before the length field does`);
  }
  if (length > max) {
    return { length, fields, problem: 'too-long', text: `a message of ${length} bytes, more than ${max}` };
  }
  if (strip > length) return corrupted(length, fields, `${strip} bytes to strip of a message of ${length}`);
  return { length, fields };
}

const corrupted = (length: number, fields: Verdict['fields'], text: string): Verdict => ({
  length,
  fields,
  problem: 'corrupted',
  text,
});

/** Unsigned up to four bytes, signed with eight, as in Netty. Beyond 2^53 the value is rounded. */
function valueOf({ size, offset, endian }: LengthFraming, bytes: readonly number[]): number {
  let value = 0;
  for (let i = 0; i < size; i++) {
    const byte = bytes[endian === 'big' ? offset + i : offset + size - 1 - i]!;
    value = value * 256 + (size === 8 && i === 0 && byte > 127 ? byte - 256 : byte);
  }
  return value;
}

const MAX_VARINT_BYTES = 5;

/** Seven bits a byte, the low ones first, in up to five bytes. */
export const varint32: FramerFactory = counted((bytes) => {
  const size = bytes.length;
  if (size === 0) return null;
  const goesOn = bytes[size - 1]! > 127;
  if (goesOn && size < MAX_VARINT_BYTES) return null;
  if (goesOn) return corrupted(size, {}, 'a length of more than five bytes');
  const value = bytes.reduce((sum, byte, i) => sum | ((byte & 127) << (7 * i)), 0);
  if (value < 0) return corrupted(size, { length: value }, `the length is negative: ${value}`);
  return { length: size + value, fields: { length: value } };
});
