/**
 * The Internet checksum, RFC 1071: one's complement sum of 16-bit words.
 * The sum does not depend on byte order (RFC 1071 section 2 B), so words are read as the machine likes them.
 */

/** Carries are folded before 2^15 words of 2 x 65,535 could pass 2^31. */
const WORDS_BETWEEN_FOLDS = 8192;

/** Adds `length` bytes from `at` to a running sum of little-endian 16-bit words. Returns a value below 2^17. */
export function sumWords(view: DataView, at: number, length: number, sum: number): number {
  const end = at + length;
  let i = at;
  while (end - i >= 4) {
    const stop = Math.min(end - 3, i + 4 * WORDS_BETWEEN_FOLDS);
    for (; i < stop; i += 4) {
      const word = view.getInt32(i, true);
      sum += (word & 0xffff) + (word >>> 16);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  if (end - i >= 2) {
    sum += view.getUint16(i, true);
    i += 2;
  }
  if (i < end) sum += view.getUint8(i);
  return (sum & 0xffff) + (sum >>> 16);
}

/** Folds a sum of little-endian words to 16 bits, in network byte order. */
export function foldToNetwork(sum: number): number {
  let s = (sum & 0xffff) + (sum >>> 16);
  s = (s & 0xffff) + (s >>> 16);
  return ((s & 0xff) << 8) | (s >>> 8);
}

/** A 16-bit value in network byte order as the little-endian word that `sumWords` adds. */
export const networkWord = (value: number): number => ((value & 0xff) << 8) | ((value >>> 8) & 0xff);
