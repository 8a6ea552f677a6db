/** Names of certificates: addresses in them, and whether one of them is the host that was asked for (RFC 9525 section 6). */
import { ipv4Text, ipv6Text } from '../../bytes/address.ts';
import type { CertificateFacts } from './certificate-facts.ts';

/** Text of 4 or 16 bytes; null for any other number. */
export function addressOf(bytes: Uint8Array): string | null {
  if (bytes.length === 16) return ipv6Text(bytes, 0);
  if (bytes.length !== 4) return null;
  return ipv4Text((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!);
}

/** Where there is no DNS name in the extension, the common name counts, as it does for many clients. */
export function matchesHost(facts: CertificateFacts, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  if (/^[\d.]+$/.test(wanted) || wanted.includes(':')) return facts.ipAddresses.includes(wanted);
  const hasNames = facts.dnsNames.length > 0 || facts.ipAddresses.length > 0;
  const names = hasNames || facts.commonName === null ? facts.dnsNames : [facts.commonName];
  return names.some((name) => matchesName(name.toLowerCase().replace(/\.$/, ''), wanted));
}

/** RFC 9525 section 6.3: `*` stands for the whole leftmost label and nothing else. */
function matchesName(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === host;
  const dot = host.indexOf('.');
  const rest = pattern.slice(1);
  // A star above a single label (`*.com`) is refused by every client.
  return dot > 0 && !rest.includes('*') && rest.indexOf('.', 1) > 0 && host.slice(dot) === rest;
}
