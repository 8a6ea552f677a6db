/** Victims as text: `10.0.0.9:80`, `10.0.0.9`, `198.51.100.0/22`. */
import { addressText } from '../../flow/addresses.ts';
import type { Connections } from '../../flow/connections.ts';
import type { Target } from './targets.ts';

/** `10.0.0.9`; of a prefix the shortest that holds all its hosts, `198.51.100.0/22`. */
export function targetAddress(c: Connections, { kind, hosts, ipv6 }: Target): string {
  const { addresses } = c.tracker.table.keys;
  const [first] = hosts as readonly [number];
  if (kind !== 'prefix') return addressText(addresses, first, ipv6);
  if (ipv6) return `${addressText(addresses, first, true)}/48`;
  const differ = hosts.reduce((bits, word) => bits | (word ^ first), 0);
  const length = Math.clz32(differ);
  const network = length === 0 ? 0 : first & (-1 << (32 - length));
  return `${addressText(addresses, network, false)}/${length}`;
}

export function targetText(c: Connections, target: Target): string {
  const address = targetAddress(c, target);
  if (target.port === null) return address;
  return target.ipv6 ? `[${address}]:${target.port}` : `${address}:${target.port}`;
}
