/** The two ends of packets, as the connection table wants them: columns of integers for a batch. */
import { i32be } from '../bytes/read.ts';
import type { Frame } from '../wire/frame.ts';
import { UDP } from '../wire/ip.ts';
import * as ip4 from '../wire/ipv4.ts';
import * as ip6 from '../wire/ipv6.ts';
import { Ipv6Addresses } from './addresses.ts';
import { TabulationHash } from './hash.ts';
import { Meta } from './records.ts';

export class Keys {
  readonly tables: TabulationHash;
  readonly addresses: Ipv6Addresses;
  /** IPv4 word or IPv6 address id. */
  readonly source: Int32Array;
  readonly destination: Int32Array;
  /** Source port << 16 | destination port. */
  readonly ports: Int32Array;
  /** `Meta.udp` and `Meta.ipv6` as they apply. */
  readonly meta: Int32Array;
  /** The same for both directions; 0 until `hashOf` is asked. */
  readonly hash: Int32Array;
  /** Sum of the endpoint hashes of IPv6 addresses, which interning finds anyway. */
  readonly #hash6: Int32Array;

  constructor(rows: number, tables = new TabulationHash()) {
    this.tables = tables;
    this.addresses = new Ipv6Addresses(tables);
    this.source = new Int32Array(rows);
    this.destination = new Int32Array(rows);
    this.ports = new Int32Array(rows);
    this.meta = new Int32Array(rows);
    this.hash = new Int32Array(rows);
    this.#hash6 = new Int32Array(rows);
  }

  /** Row `i` from the innermost headers of a TCP or UDP frame. False when no more IPv6 addresses can be kept. */
  read(i: number, f: Frame): boolean {
    const udp = f.protocol === UDP;
    if (f.ipVersion !== 4) return this.#readIpv6(i, f.view, f.bytes, f.network, f.finalDestination, f.transport, udp);
    const view = f.view;
    this.ports[i] = i32be(view, f.transport);
    this.source[i] = ip4.source(view, f.network);
    this.destination[i] = ip4.destination(view, f.network);
    this.meta[i] = udp ? Meta.udp : 0;
    return true;
  }

  /** Row `i` from the IP header at `network` and the ports at `transport`. */
  readAt(
    i: number,
    view: DataView,
    bytes: Uint8Array,
    version: number,
    network: number,
    transport: number,
    udp: boolean,
  ): boolean {
    if (version === 6) return this.#readIpv6(i, view, bytes, network, network + ip6.DESTINATION, transport, udp);
    this.ports[i] = i32be(view, transport);
    this.meta[i] = udp ? Meta.udp : 0;
    this.source[i] = ip4.source(view, network);
    this.destination[i] = ip4.destination(view, network);
    return true;
  }

  #readIpv6(
    i: number,
    view: DataView,
    bytes: Uint8Array,
    network: number,
    destinationAt: number,
    transport: number,
    udp: boolean,
  ): boolean {
    const ports = i32be(view, transport);
    this.ports[i] = ports;
    this.meta[i] = Meta.ipv6 | (udp ? Meta.udp : 0);
    const source = this.addresses.intern(view, bytes, network + ip6.SOURCE);
    const sourceHash = this.addresses.hash ^ this.tables.port(ports >>> 16);
    const destination = this.addresses.intern(view, bytes, destinationAt);
    const destinationHash = this.addresses.hash ^ this.tables.port(ports & 0xffff);
    this.source[i] = source;
    this.destination[i] = destination;
    this.#hash6[i] = (sourceHash + destinationHash) | 0;
    return source >= 0 && destination >= 0;
  }

  /** True when rows `i` and `j` have the same ends in the same direction. */
  isSame(i: number, j: number): boolean {
    const { source, destination, ports, meta } = this;
    return ports[i] === ports[j] && source[i] === source[j] && destination[i] === destination[j] && meta[i] === meta[j];
  }

  /** Computes and keeps the hash of row `i`. */
  hashOf(i: number): number {
    const meta = this.meta[i]!;
    const ports = this.ports[i]!;
    const ends =
      (meta & Meta.ipv6) !== 0
        ? this.#hash6[i]!
        : this.tables.endpoint4(this.source[i]!, ports >>> 16) +
          this.tables.endpoint4(this.destination[i]!, ports & 0xffff);
    return (this.hash[i] = (ends + meta) | 0);
  }
}
