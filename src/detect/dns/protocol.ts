/** Which connections are looked into for DNS. */
import type { DnsProtocol } from '../../app/dns/exchange.ts';
import { WORDS, Word } from '../../flow/records.ts';
import type { Tracker } from '../../flow/tracker.ts';

const protocols: ReadonlyMap<number, DnsProtocol> = new Map([
  [53, 'dns'],
  [5353, 'mdns'],
  [5355, 'llmnr'],
]);

/** By the port of either end: DNS has no other sign that could be trusted. */
export function dnsProtocolOf({ table }: Tracker, id: number): DnsProtocol | undefined {
  const ports = table.records.w[id * WORDS + Word.ports]!;
  return protocols.get(ports & 0xffff) ?? protocols.get(ports >>> 16);
}
