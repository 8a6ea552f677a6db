/**
 * The order of a socket table: IPv4 hosts before IPv6 hosts, both by address; of a host its listeners by port, then its
 * ends of connections in order of start. A socket is one 64-bit number to sort by: the host above, which of the host's
 * sockets below.
 */
import type { Connections } from '../connections.ts';
import { Word } from '../records.ts';
import type { Listener } from './listeners.ts';

/** Lower halves below this are listeners; what follows are ends of connections, in the order in which they came. */
const FIRST_END = 0x8000_0000;
/** Where the lower half of a 64-bit number stands on this machine. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** A host as connection records know it; see `addressText`. */
export interface HostAddress {
  readonly address: number;
  readonly isIpv6: boolean;
}

export class Order {
  readonly #c: Connections;
  /** Ends `2 * id + side`. */
  readonly #ends: number[] = [];
  readonly #listeners: Listener[] = [];
  #sorted = new Uint32Array(0);

  constructor(c: Connections) {
    this.#c = c;
  }

  addEnd(id: number, side: number): void {
    this.#ends.push(2 * id + side);
  }

  addListener(listener: Listener): void {
    this.#listeners.push(listener);
  }

  get count(): number {
    return this.#ends.length + this.#listeners.length;
  }

  /** Call once, when all have been added. */
  sort(): void {
    this.#listeners.sort((a, b) => a.port - b.port);
    const keys = new BigUint64Array(this.count);
    const words = new Uint32Array(keys.buffer);
    const [four, ranks] = [this.#countIpv4(), this.#ranks()];
    const used = { four: 0, six: four };
    const put = (address: number, isIpv6: boolean, low: number): void => {
      const at = 2 * (isIpv6 ? used.six++ : used.four++);
      words[at + LOW] = low;
      words[at + 1 - LOW] = isIpv6 ? ranks.get(address)! : address;
    };
    this.#listeners.forEach((l, i) => put(l.address, l.isIpv6, i));
    this.#ends.forEach((end, i) => put(this.#word(end), this.#c.isIpv6(end >>> 1), FIRST_END + i));
    keys.subarray(0, four).sort();
    keys.subarray(four).sort();
    this.#sorted = words;
  }

  #word(end: number): number {
    return this.#c.word(end >>> 1, Word.addressA + (end & 1));
  }

  #countIpv4(): number {
    const ends = this.#ends.reduce((sum, end) => sum + (this.#c.isIpv6(end >>> 1) ? 0 : 1), 0);
    return this.#listeners.reduce((sum, l) => sum + (l.isIpv6 ? 0 : 1), ends);
  }

  /** Place of each IPv6 address among those that occur, by the number under which the records know it. */
  #ranks(): ReadonlyMap<number, number> {
    const { addresses } = this.#c.tracker.table.keys;
    const ids = new Set(this.#listeners.filter((l) => l.isIpv6).map((l) => l.address));
    for (const end of this.#ends) if (this.#c.isIpv6(end >>> 1)) ids.add(this.#word(end));
    const bytes = [...ids].map((id) => ({ id, bytes: addresses.bytesOf(id).slice() }));
    return new Map(bytes.toSorted((a, b) => compareBytes(a.bytes, b.bytes)).map(({ id }, rank) => [id, rank]));
  }

  #low(i: number): number {
    return this.#sorted[2 * i + LOW]!;
  }

  /** The listener at a place, or null where there is an end of a connection. */
  listenerAt(i: number): Listener | null {
    const low = this.#low(i);
    return low < FIRST_END ? this.#listeners[low]! : null;
  }

  /** The end `2 * id + side` at a place. */
  endAt(i: number): number {
    return this.#ends[this.#low(i) - FIRST_END]!;
  }

  hostAt(i: number): HostAddress {
    const listener = this.listenerAt(i);
    if (listener !== null) return { address: listener.address, isIpv6: listener.isIpv6 };
    return { address: this.#word(this.endAt(i)), isIpv6: this.#c.isIpv6(this.endAt(i) >>> 1) };
  }

  isSameHost(i: number, j: number): boolean {
    const isSame = this.#sorted[2 * i + 1 - LOW] === this.#sorted[2 * j + 1 - LOW];
    return isSame && this.hostAt(i).isIpv6 === this.hostAt(j).isIpv6;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const i = a.findIndex((byte, n) => byte !== b[n]);
  return i < 0 ? 0 : a[i]! - b[i]!;
}
