/** Address text -> numbers; undefined where the text is not an address. All words are signed 32-bit. */

/** `10.1` is 16 bits long: pcap-filter(7), "dotted pair". */
interface ShortIpv4 {
  readonly value: number;
  readonly bits: number;
}

/** One to four decimal bytes. */
export function parseIpv4(text: string): ShortIpv4 | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^[0-9]{1,20}$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8) | Number(part);
  }
  return { value, bits: parts.length * 8 };
}

/** Four 32-bit words; RFC 4291 section 2.2. */
export function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = groupsOf(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return [0, 2, 4, 6].map((i) => ((groups[i] ?? 0) << 16) | (groups[i + 1] ?? 0));
}

function groupsOf(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (mayEndInIpv4 && i === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIpv4(part);
      if (ipv4?.bits !== 32) return undefined;
      groups.push(ipv4.value >>> 16, ipv4.value & 0xffff);
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

/** The two halves that a link-layer comparison loads: first 16 bits, last 32 bits. */
interface MacAddress {
  readonly high: number;
  readonly low: number;
}

/** Any of the spellings of pcap-filter(7), "ether dst ethernameaddr"; the tokenizer has checked the form. */
export function parseMac(text: string): MacAddress {
  const parts = text.split(/[:.-]/);
  const hex = parts.length === 6 ? parts.map((part) => part.padStart(2, '0')).join('') : parts.join('');
  return { high: Number.parseInt(hex.slice(0, 4), 16), low: Number.parseInt(hex.slice(4), 16) | 0 };
}

/** The mask of a prefix of 0 to 32 bits. */
export const prefixMask = (bits: number): number => (bits <= 0 ? 0 : -1 << (32 - bits));
