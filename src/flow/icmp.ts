/** ICMP errors, each tied to the connection of the packet that it quotes. */
import { type Frame } from '../wire/frame.ts';
import { codeOf, quotesPacket, typeOf } from '../wire/icmp.ts';
import { ICMPV6, TCP, UDP } from '../wire/ip.ts';
import { ipv4Text, ipv6Text } from '../bytes/address.ts';
import { MAX_EVIDENCE_FRAMES, MAX_ICMP_REPORTS } from './limits.ts';

/** A quoted packet's headers, as offsets into the ICMP frame; reused. */
export class Quote {
  version = 0;
  network = 0;
  transport = 0;
  udp = false;
  /** Bytes of the transport header that were quoted and captured. */
  held = 0;
}

/** One kind of error about one connection from one reporter. */
export interface IcmpReport {
  readonly connection: number;
  readonly version: number;
  readonly type: number;
  readonly code: number;
  /** Address that sent the error. */
  readonly reporter: string;
  count: number;
  readonly frames: number[];
}

/** Finds the quoted headers of an ICMP error; false when it quotes nothing that has ports. */
export function readQuote(q: Quote, f: Frame): boolean {
  if (!quotesPacket(f)) return false;
  const at = f.payload;
  if (at + 20 > f.end) return false;
  const version = f.bytes[at]! >> 4;
  q.version = version;
  q.network = at;
  let protocol: number;
  if (version === 4) {
    const header = (f.bytes[at]! & 15) << 2;
    const offset = f.view.getUint16(at + 6) & 0x1fff;
    if (header < 20 || offset !== 0) return false;
    protocol = f.bytes[at + 9]!;
    q.transport = at + header;
  } else if (version === 6 && at + 40 <= f.end) {
    protocol = skipExtensions(q, f, at);
  } else return false;
  if (protocol !== TCP && protocol !== UDP) return false;
  q.udp = protocol === UDP;
  q.held = f.end - q.transport;
  return q.held >= 8;
}

/** Sets `q.transport` behind the extension headers of a quoted IPv6 packet; the protocol found there, or -1. */
function skipExtensions(q: Quote, f: Frame, network: number): number {
  let next = f.bytes[network + 6]!;
  let at = network + 40;
  while (at + 8 <= f.end) {
    if (next === 0 || next === 43 || next === 60) {
      next = f.bytes[at]!;
      at += (f.bytes[at + 1]! + 1) * 8;
    } else if (next === 44) {
      if ((f.view.getUint16(at + 2) & 0xfff8) !== 0) return -1;
      next = f.bytes[at]!;
      at += 8;
    } else break;
  }
  q.transport = at;
  return next;
}

export class IcmpReports {
  readonly list: IcmpReport[] = [];
  limitReached = false;
  // A string key: V8 seeds the hash of strings, not that of numbers.
  readonly #known = new Map<string, IcmpReport>();

  add(f: Frame, connection: number): void {
    const type = typeOf(f.bytes, f.transport);
    const code = codeOf(f.bytes, f.transport);
    const version = f.protocol === ICMPV6 ? 6 : 4;
    const reporter = f.ipVersion === 4 ? ipv4Text(f.view.getInt32(f.network + 12)) : ipv6Text(f.bytes, f.network + 8);
    const key = `${connection} ${version} ${type} ${code} ${reporter}`;
    let report = this.#known.get(key);
    if (report === undefined) {
      if (this.list.length >= MAX_ICMP_REPORTS) {
        this.limitReached = true;
        return;
      }
      report = { connection, version, type, code, reporter, count: 0, frames: [] };
      this.#known.set(key, report);
      this.list.push(report);
    }
    report.count++;
    if (report.frames.length < MAX_EVIDENCE_FRAMES) report.frames.push(f.number);
  }
}
