/** The Huffman code of HPACK (RFC 7541 appendix B). It is canonical, so the lengths of its codes say all. */

import { latin1 } from '../latin1.ts';

const scratch = new Uint8Array(4096);

/** Bits of the code of each byte, and of the end of string, by symbol. */
// prettier-ignore
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];
const EOS = 256;
const MAX_BITS = 30;

/** By length: the first code, and where its symbols start in `symbols`, which are in order of codes. */
const firstCode = new Uint32Array(MAX_BITS + 1);
const firstSymbol = new Uint16Array(MAX_BITS + 1);
const codes = new Uint16Array(MAX_BITS + 1);
const symbols: number[] = [];

for (let bits = 1, code = 0; bits <= MAX_BITS; bits++, code *= 2) {
  firstCode[bits] = code;
  firstSymbol[bits] = symbols.length;
  for (let symbol = 0; symbol <= EOS; symbol++) if (LENGTHS[symbol] === bits) symbols.push(symbol);
  codes[bits] = symbols.length - firstSymbol[bits]!;
  code += codes[bits]!;
}

/** The text, each byte a character; null where it is no code (padding of more than seven bits, or not of ones). */
export function huffmanText(bytes: Uint8Array, start: number, end: number): string | null {
  // The shortest code has 5 bits. A string that is put together character by character keeps its pieces alive.
  const most = Math.floor(((end - start) * 8) / 5);
  const text = most <= scratch.length ? scratch : new Uint8Array(most);
  let length = 0;
  let code = 0;
  let bits = 0;
  let ones = true;
  for (let at = start; at < end; at++) {
    for (let bit = 7; bit >= 0; bit--) {
      const one = (bytes[at]! >> bit) & 1;
      code = code * 2 + one;
      bits++;
      ones &&= one === 1;
      const index = code - firstCode[bits]!;
      if (index < codes[bits]!) {
        const symbol = symbols[firstSymbol[bits]! + index]!;
        if (symbol === EOS) return null;
        text[length++] = symbol;
        code = 0;
        bits = 0;
        ones = true;
      } else if (bits === MAX_BITS) return null;
    }
  }
  return bits < 8 && ones ? latin1(text, 0, length) : null;
}
