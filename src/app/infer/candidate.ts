/** A framing that is tried, and what else of the bytes speaks for it beside the pauses of the senders. */
import { type OpenFraming, eachSide } from '../framing/framing.ts';
import { type LengthFraming, lengthField } from '../framing/length.ts';
import { readFraming } from '../framing/spec.ts';
import { DEFAULT_MAX_MESSAGE_BYTES } from '../limits.ts';
import { columnBits, headerBits, textBits } from './bits.ts';
import type { Sample } from './sample.ts';
import type { Walk } from './walk.ts';

export const families = ['protocol', 'line', 'json', 'length', 'varint32', 'delimiter', 'fixed'] as const;
export type Family = (typeof families)[number];

export interface Candidate {
  readonly family: Family;
  /** As `--frame` takes it. */
  readonly spec: string;
  /** For Netty; null where it has a decoder of its own for the protocol. */
  readonly netty: string | null;
  readonly open: OpenFraming;
  /** Evidence beside the pauses, in bits; -Infinity where the bytes rule the framing out. */
  bits(samples: readonly Sample[], walk: Walk): number;
}

const max = String(DEFAULT_MAX_MESSAGE_BYTES);

const textOrNothing = (samples: readonly Sample[]): number => textBits(samples) || -Infinity;

export const lineCandidate = (): Candidate => ({
  family: 'line',
  spec: 'line',
  netty: `new LineBasedFrameDecoder(${max})`,
  open: readFraming('line').open,
  bits: textOrNothing,
});

export const jsonCandidate = (): Candidate => ({
  family: 'json',
  spec: 'json',
  netty: `new JsonObjectDecoder(${max})`,
  open: readFraming('json').open,
  bits: textOrNothing,
});

export function delimiterCandidate(delimiters: readonly Uint8Array[]): Candidate {
  const spec = `delimiter:${delimiters.map((bytes) => [...bytes].map(escaped).join('')).join('|')}`;
  const buffers = delimiters.map(
    (bytes) => `Unpooled.wrappedBuffer(new byte[] { ${[...bytes].map(javaByte).join(', ')} })`,
  );
  return {
    family: 'delimiter',
    spec,
    netty: `new DelimiterBasedFrameDecoder(${max}, ${buffers.join(', ')})`,
    open: readFraming(spec).open,
    bits: () => 0,
  };
}

const javaByte = (byte: number): string => (byte > 127 ? `(byte) ${byte}` : String(byte));

/** A byte as the delimiters of a framing have it. */
function escaped(byte: number): string {
  const known = new Map([
    [13, String.raw`\r`],
    [10, String.raw`\n`],
    [9, String.raw`\t`],
    [0, String.raw`\0`],
    [0x5c, String.raw`\\`],
    [0x7c, String.raw`\|`],
  ]).get(byte);
  if (known !== undefined) return known;
  return byte >= 0x21 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

export function fixedCandidate(length: number): Candidate {
  return {
    family: 'fixed',
    spec: `fixed:${length}`,
    netty: `new FixedLengthFrameDecoder(${length})`,
    open: readFraming(`fixed:${length}`).open,
    // Pauses at multiples are as likely where a program writes blocks of a stream: the bytes have to show it as well.
    bits: (samples) => columnBits(samples, length) || -Infinity,
  };
}

export const varintCandidate = (): Candidate => ({
  family: 'varint32',
  spec: 'varint32',
  netty: 'new ProtobufVarint32FrameDecoder()',
  open: readFraming('varint32').open,
  bits: (samples, walk) => headerBits(samples, walk, varintAt, 1),
});

function varintAt(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < 5 && at + i < bytes.length; i++) {
    const byte = bytes[at + i]!;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return value > DEFAULT_MAX_MESSAGE_BYTES ? 0 : i + 1 + value;
  }
  return 0;
}

/** A length field and what it does not count. */
export type Field = Pick<LengthFraming, 'size' | 'offset' | 'adjust' | 'endian'>;

export function lengthCandidate(field: Field): Candidate {
  const { size, offset, adjust, endian } = field;
  // What stands before the field belongs to the message, so only a field that comes first is stripped.
  const strip = offset === 0 ? size : 0;
  const numbers = [offset, size, adjust, strip].join(', ');
  const keys = [
    `size=${size}`,
    ...(offset === 0 ? [] : [`offset=${offset}`]),
    ...(adjust === 0 ? [] : [`adjust=${adjust}`]),
    ...(endian === 'big' || size === 1 ? [] : ['endian=little']),
  ];
  return {
    family: 'length',
    spec: `length:${keys.join(',')}`,
    netty:
      endian === 'big' || size === 1
        ? `new LengthFieldBasedFrameDecoder(${max}, ${numbers})`
        : `new LengthFieldBasedFrameDecoder(ByteOrder.LITTLE_ENDIAN, ${max}, ${numbers}, true)`,
    open: eachSide(lengthField({ ...field, strip: 0, max: DEFAULT_MAX_MESSAGE_BYTES })),
    bits: (samples, walk) => headerBits(samples, walk, (bytes, at) => lengthAt(field, bytes, at), offset + size),
  };
}

/** Length of the message whose field says so, from its start; 0 for none. */
function lengthAt(field: Field, bytes: Uint8Array, at: number): number {
  const end = field.offset + field.size;
  const length = fieldAt(field, bytes, at) + field.adjust + end;
  return at + end <= bytes.length && length >= end && length <= DEFAULT_MAX_MESSAGE_BYTES ? length : 0;
}

/** The value of the field of a message at `at`; beyond 2^53 rounded. */
export function fieldAt({ size, offset, endian }: Field, bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) {
    value = value * 256 + (bytes[at + offset + (endian === 'big' ? i : size - 1 - i)] ?? 255);
  }
  return value;
}
