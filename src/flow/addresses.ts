/** IPv6 addresses, each kept once and known by a small integer, so that connection records have one shape. */
import { ipv4Text, ipv6Text } from '../bytes/address.ts';
import { Arena } from '../bytes/arena.ts';
import type { TabulationHash } from './hash.ts';
import { MAX_IPV6_ADDRESSES } from './limits.ts';

const WORDS = 4;
/** Index slots are (hash, id + 1) pairs; more than 5 of 8 in use doubles the index. */
const LOAD = 5 / 8;

export class Ipv6Addresses {
  readonly #tables: TabulationHash;
  readonly #store = new Arena(65_536);
  #index = new Int32Array(2 * 1024);
  #shift = 22;
  #count = 0;

  constructor(tables: TabulationHash) {
    this.#tables = tables;
  }

  /** Hash of the address of the last `intern`. */
  hash = 0;

  /** Id of the 16 bytes at `at`; -1 when the limit is reached. */
  intern(view: DataView, bytes: Uint8Array, at: number): number {
    const hash = this.#tables.address6(bytes, at);
    this.hash = hash;
    const index = this.#index;
    const mask = index.length - 1;
    let slot = (hash >>> this.#shift) << 1;
    for (; index[slot + 1] !== 0; slot = (slot + 2) & mask) {
      const id = index[slot + 1]! - 1;
      if (index[slot] === hash && this.#equals(id, view, at)) return id;
    }
    return this.#add(view, at, hash, slot);
  }

  #equals(id: number, view: DataView, at: number): boolean {
    const words = this.#store.i32;
    const row = id * WORDS;
    return (
      words[row + 3] === view.getInt32(at + 12, true) &&
      words[row + 2] === view.getInt32(at + 8, true) &&
      words[row + 1] === view.getInt32(at + 4, true) &&
      words[row] === view.getInt32(at, true)
    );
  }

  #add(view: DataView, at: number, hash: number, slot: number): number {
    const id = this.#count;
    if (id >= MAX_IPV6_ADDRESSES || !this.#store.ensure((id + 1) * 16)) return -1;
    for (let i = 0; i < WORDS; i++) this.#store.i32[id * WORDS + i] = view.getInt32(at + 4 * i, true);
    this.#index[slot] = hash;
    this.#index[slot + 1] = id + 1;
    this.#count++;
    if (this.#count > (this.#index.length / 2) * LOAD) this.#grow();
    return id;
  }

  #grow(): void {
    const old = this.#index;
    const index = new Int32Array(old.length * 2);
    const mask = index.length - 1;
    this.#shift--;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue;
      let slot = (old[i]! >>> this.#shift) << 1;
      while (index[slot + 1] !== 0) slot = (slot + 2) & mask;
      index[slot] = old[i]!;
      index[slot + 1] = old[i + 1]!;
    }
    this.#index = index;
  }

  /** The sixteen bytes of an address. Valid until the next `intern`. */
  bytesOf(id: number): Uint8Array {
    return this.#store.u8.subarray(id * 16, id * 16 + 16);
  }

  /** One of the four words of an address, in the byte order of the machine: for comparing. */
  word(id: number, i: number): number {
    return this.#store.i32[id * WORDS + i]! >>> 0;
  }

  text(id: number): string {
    return ipv6Text(this.#store.u8, id * 16);
  }
}

/** Text of an address as connection records hold it: an IPv4 word, or the id of an IPv6 address. */
export function addressText(addresses: Ipv6Addresses, word: number, isIpv6: boolean): string {
  return isIpv6 ? addresses.text(word) : ipv4Text(word);
}
