/** Text of network addresses: dotted IPv4, IPv6 as RFC 5952 section 4 wants it, MAC. */

export function ipv4Text(word: number): string {
  return `${(word >>> 24) & 255}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** `at` is the offset of 16 bytes. */
export function ipv6Text(bytes: Uint8Array, at: number): string {
  const groups: number[] = [];
  for (let i = 0; i < 8; i++) groups.push(((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0));
  const [from, length] = longestZeroRun(groups);
  // RFC 5952 section 5: only the well-known IPv4-mapped prefix is written with dots.
  if (from === 0 && length === 5 && groups[5] === 0xffff) {
    return `::ffff:${ipv4Text(((groups[6] ?? 0) << 16) | (groups[7] ?? 0))}`;
  }
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, from).join(':')}::${hex.slice(from + length).join(':')}`;
}

/** First longest run of zero groups (RFC 5952 section 4.2.3): its start and length. */
function longestZeroRun(groups: readonly number[]): [number, number] {
  let best = 0;
  let bestLength = 0;
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - i > bestLength) {
      best = i;
      bestLength = end - i;
    }
    i = Math.max(i, end);
  }
  return [best, bestLength];
}
