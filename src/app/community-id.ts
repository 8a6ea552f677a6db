/** Community ID version 1 (corelight/community-id-spec): a flow's name that other tools print alike. */
import { sha1Base64 } from './digest.ts';

/** Addresses are 4 or 16 bytes; `protocol` is the IP protocol number. Seed 0, as every tool's default. */
export function communityId(a: Uint8Array, aPort: number, b: Uint8Array, bPort: number, protocol: number): string {
  const ordered = compare(a, b) < 0 || (compare(a, b) === 0 && aPort <= bPort);
  const [low, lowPort, high, highPort] = ordered ? [a, aPort, b, bPort] : [b, bPort, a, aPort];
  const input = new Uint8Array(2 + 2 * low.length + 6);
  input.set(low, 2);
  input.set(high, 2 + low.length);
  const view = new DataView(input.buffer);
  const tail = 2 + 2 * low.length;
  view.setUint8(tail, protocol);
  view.setUint16(tail + 2, lowPort);
  view.setUint16(tail + 4, highPort);
  return `1:${sha1Base64(input)}`;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
