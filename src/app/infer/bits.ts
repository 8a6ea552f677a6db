/** How unlikely it is that a framing fits by chance, in bits: the logarithm of a likelihood ratio. */
import type { Sample } from './sample.ts';
import type { Walk } from './walk.ts';

/**
 * Pauses of the senders beside the ends of messages: a framing that is none meets them as often as its messages are
 * dense, the right one mostly. Negative where it meets them less often than chance would.
 */
export function pauseBits({ pauses, hits, messages, explained }: Walk): number {
  if (pauses === 0 || messages === 0) return 0;
  const chance = Math.min(messages / explained, 0.999);
  const rate = (hits + 0.5) / (pauses + 1);
  const bits = hits * Math.log2(rate / chance) + (pauses - hits) * Math.log2((1 - rate) / (1 - chance));
  return rate < chance ? -Math.abs(bits) : bits;
}

/** Positions at which a length field is tried, for comparison. */
const MAX_POSITIONS = 4096;
/** A length that comes again proves little more. */
const USES_OF_A_LENGTH = 2;

/**
 * Length fields that could be believed: `lengthAt` says how long a message at that place would be, 0 for none. The rarer
 * a believable field is elsewhere in the same bytes, the more each one met at a boundary says.
 */
export function headerBits(
  samples: readonly Sample[],
  { messages, lengths }: Walk,
  lengthAt: (bytes: Uint8Array, at: number) => number,
  emptyLength: number,
): number {
  let positions = 0;
  let believable = 0;
  for (const { bytes, isWhole } of samples) {
    for (let at = 0; at < bytes.length && positions < MAX_POSITIONS; at++, positions++) {
      const length = lengthAt(bytes, at);
      if (length > 0 && (!isWhole || at + length <= bytes.length)) believable++;
    }
  }
  // Those of the framing itself do not count.
  const others = Math.max(0, positions - messages);
  const chance = Math.min(1, (Math.max(0, believable - messages) + 0.5) / (others + 1));
  let counted = 0;
  for (const [length, times] of lengths) {
    // Empty messages are what zeros look like.
    if (length !== String(emptyLength)) counted += Math.min(times, USES_OF_A_LENGTH);
  }
  return counted * -Math.log2(chance);
}

/** Share of the byte values that text is made of, and what a byte of text says against random bytes. */
const BITS_PER_TEXT_BYTE = Math.log2(256 / 100);
const MAX_TEXT_BITS = 24;

/** Bits that bytes are text, ASCII or UTF-8; 0 where more than one in fifty is not, or one is NUL. */
export function textBits(samples: readonly Sample[]): number {
  let all = 0;
  let ascii = 0;
  let beyond = 0;
  let hasNul = false;
  for (const { bytes } of samples) {
    all += bytes.length;
    for (const byte of bytes) if (isPrintable(byte)) ascii++;
    hasNul ||= bytes.includes(0);
    if (isUtf8(bytes)) for (const byte of bytes) if (byte > 0x7f) beyond++;
  }
  return hasNul || (ascii + beyond) * 50 < all * 49 ? 0 : Math.min(MAX_TEXT_BITS, ascii * BITS_PER_TEXT_BYTE);
}

/** Printable ASCII, tab and line breaks. */
const isPrintable = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;

/** The last character may have been cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Columns that are looked at in messages of a fixed length. */
const MAX_COLUMNS = 1024;
const MIN_ROWS = 4;

/** Columns of messages of one length that never change, although their value is rare elsewhere. */
export function columnBits(samples: readonly Sample[], length: number): number {
  const counts = new Float64Array(256);
  let all = 0;
  let rows = 0;
  for (const { bytes } of samples) {
    for (const byte of bytes) counts[byte]!++;
    all += bytes.length;
    rows += Math.floor(bytes.length / length);
  }
  if (rows < MIN_ROWS) return 0;
  let bits = 0;
  for (let column = 0; column < Math.min(length, MAX_COLUMNS); column++) {
    const value = constantIn(samples, length, column);
    if (value >= 0) bits += (rows - 1) * -Math.log2(counts[value]! / all);
  }
  return bits;
}

/** The value that a column has in all messages; -1 where it changes. */
function constantIn(samples: readonly Sample[], length: number, column: number): number {
  let value = -1;
  for (const { bytes } of samples) {
    for (let at = column; at < bytes.length; at += length) {
      if (value >= 0 && bytes[at] !== value) return -1;
      value = bytes[at]!;
    }
  }
  return value;
}
