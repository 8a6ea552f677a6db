/** IPv4 addresses that nobody on the Internet is: the special-purpose registry of RFC 6890, multicast and class E. */

const ranges: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

const words = ranges.map(([network, bits]) => [wordOf(network), 32 - bits] as const);

function wordOf(text: string): number {
  return text.split('.').reduce((word, part) => (word << 8) | Number(part), 0);
}

/** For every first octet: 0 without such a range in it, 1 with one, 2 where a range holds all of it. Most need no more. */
const octets = Uint8Array.from({ length: 256 }, (_, octet) => {
  const touching = words.filter(([network, shift]) => ((octet << 24) ^ network) >>> Math.max(24, shift) === 0);
  return touching.some(([, shift]) => shift >= 24) ? 2 : Math.min(1, touching.length);
});

export const isBogon = (word: number): boolean => {
  const octet = octets[word >>> 24]!;
  if (octet !== 1) return octet === 2;
  for (const [network, shift] of words) if ((word ^ network) >>> shift === 0) return true;
  return false;
};

/** A host takes no packet from there: it never answers. */
export const isMartian = (word: number): boolean => word >>> 29 === 7 || word >>> 24 === 0 || word >>> 24 === 127;

/** The same in IPv6: `::`, `::1`, multicast, IPv4 as IPv6 (RFC 4291 section 2.5 and 2.7). */
export function isMartian6(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff) return true;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  const isMapped = zeros === 10 && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped || zeros < 0 || (zeros === 15 && bytes[15] === 1);
}
