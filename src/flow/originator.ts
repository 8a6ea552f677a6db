/**
 * Who opened a connection, when the capture did not see its SYN: as Zeek decides, by ports that servers listen on
 * (`likely_server_ports`). The list is longer than Zeek's; a SYN-ACK comes from the responder whatever the ports are.
 */
import * as tcp from '../wire/tcp.ts';
import type { Keys } from './keys.ts';
import { Meta } from './records.ts';

const tcpPorts = portSet([
  21, 22, 23, 25, 53, 79, 80, 81, 88, 110, 111, 113, 135, 139, 143, 179, 389, 443, 445, 465, 502, 563, 585, 587, 614,
  631, 636, 853, 873, 989, 990, 992, 993, 995, 1080, 1433, 1434, 1521, 1883, 2049, 2181, 2375, 2404, 2811, 3128, 3268,
  3306, 3389, 5060, 5061, 5222, 5223, 5269, 5432, 5672, 5900, 5984, 6379, 6443, 6666, 6667, 6668, 6669, 8000, 8080,
  8081, 8443, 8883, 8888, 9000, 9042, 9092, 9200, 9418, 11211, 20000, 27017, 50051,
]);
const udpPorts = portSet([
  53, 67, 69, 88, 111, 123, 137, 161, 162, 389, 443, 514, 853, 1194, 1434, 1812, 2049, 2123, 2152, 3268, 3389, 3478,
  3544, 4789, 5060, 5072, 5353, 5355, 6081, 11211, 20000,
]);

function portSet(ports: readonly number[]): Uint8Array {
  const set = new Uint8Array(65_536);
  for (const port of ports) set[port] = 1;
  return set;
}

/** True when the sender of a datagram, a flow's first, is rather its responder. Key row `i`. */
export function datagramFromResponder(keys: Keys, i: number): boolean {
  const ports = keys.ports[i]!;
  return udpPorts[ports >>> 16] === 1 && udpPorts[ports & 0xffff] === 0 && !toEverybody(keys, i);
}

/** The same for a segment with these flags. Of two server ports, the lower one is rather the server's. */
export function segmentFromResponder(keys: Keys, i: number, flags: number): boolean {
  if (tcp.isSyn(flags)) return false;
  if (tcp.isSynAck(flags)) return true;
  const source = keys.ports[i]! >>> 16;
  const destination = keys.ports[i]! & 0xffff;
  if (tcpPorts[source] === 0 || toEverybody(keys, i)) return false;
  return tcpPorts[destination] === 0 || source < destination;
}

/** Nobody asked from 255.255.255.255. */
const toEverybody = (keys: Keys, i: number): boolean => keys.destination[i] === -1 && (keys.meta[i]! & Meta.ipv6) === 0;
