/**
 * One compressed LZ4 block, "LZ4 Block Format Description": sequences of literals and matches.
 * Enters: the block and a window whose end is the history. Leaves: the window's new end, or -1 when the block is corrupt.
 */

const MIN_MATCH = 4;
/** A length of 15 goes on in the following bytes. */
const LENGTH_CONTINUES = 15;
const BYTE_CONTINUES = 255;
/** Up to this many bytes a loop is faster than a call; most runs are that short. */
const SHORT = 32;

/**
 * `window[0, at)` is what matches may reach back to; output goes to `window[at, limit)`. Of a block that is `cut` there
 * is only the beginning: that gives as much as it can.
 */
export function decodeLz4Block(block: Uint8Array, window: Uint8Array, at: number, limit: number, cut = false): number {
  const size = block.length;
  let from = 0;
  let to = at;
  while (from < size) {
    const token = block[from++]!;
    let literals = token >> 4;
    if (literals === LENGTH_CONTINUES) {
      let more = BYTE_CONTINUES;
      while (more === BYTE_CONTINUES && from < size) literals += more = block[from++]!;
    }
    if (cut && literals > size - from) literals = size - from;
    if (literals > size - from || literals > limit - to) return -1;
    if (literals > SHORT) window.set(block.subarray(from, from + literals), to);
    else for (let i = 0; i < literals; i++) window[to + i] = block[from + i]!;
    from += literals;
    to += literals;
    // The last sequence has literals only.
    if (from === size) return to;
    if (size - from < 2) return cut ? to : -1;
    const distance = block[from]! | (block[from + 1]! << 8);
    from += 2;
    let length = token & LENGTH_CONTINUES;
    if (length === LENGTH_CONTINUES) {
      let more = BYTE_CONTINUES;
      while (more === BYTE_CONTINUES && from < size) length += more = block[from++]!;
      if (cut && from === size) return to;
    }
    length += MIN_MATCH;
    if (distance === 0 || distance > to || length > limit - to) return -1;
    to = copyMatch(window, to, distance, length);
  }
  return cut ? to : -1;
}

/** A match may overlap what it produces: then the bytes repeat with the distance as their period. */
function copyMatch(window: Uint8Array, to: number, distance: number, length: number): number {
  const end = to + length;
  if (length > SHORT && distance >= length) window.copyWithin(to, to - distance, end - distance);
  else for (let at = to; at < end; at++) window[at] = window[at - distance]!;
  return end;
}
