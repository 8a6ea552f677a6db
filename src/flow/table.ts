/**
 * 5-tuple, in either direction -> newest connection: open addressing over interleaved (hash, id + 1) pairs, and in
 * front of it a small cache of the tuples seen last, which spares most packets the hash and the look-up.
 */
import type { Keys } from './keys.ts';
import { Meta, Records, WORDS, Word } from './records.ts';

const INITIAL_SLOTS = 1024;
const LOAD = 0.7;
/** Words of an index that is made four times as large when it is full; larger ones twice. */
const LARGE_SLOTS = 1 << 20;
/** Bits of the meta word that belong to the key. */
const KEY_META = Meta.udp | Meta.ipv6;

/** Cache entries: source, destination, ports, meta, id + 1, side. Directions have entries of their own. */
const RECENT = 1024;
const RECENT_WORDS = 8;

export class ConnectionTable {
  readonly records = new Records();
  readonly keys: Keys;
  #pairs = new Int32Array(2 * INITIAL_SLOTS);
  #shift = 32 - Math.log2(INITIAL_SLOTS);
  #used = 0;
  /** Where the last `find` ended: the slot that holds the connection, or the one to put it into. */
  #slot = 0;
  readonly #recent = new Int32Array(RECENT * RECENT_WORDS);
  /** Connections opened so far: what was recalled before another one was opened must be recalled again. */
  opened = 0;
  /** Side of the sender, as the last successful `recall` or `sideOf` told. */
  side = 0;

  constructor(keys: Keys) {
    this.keys = keys;
  }

  /**
   * Connection of key row `i` if its tuple was seen lately (then `side` is set), or -1. The cache is not seeded:
   * tuples chosen to collide in it only cost the look-up that it would have saved.
   */
  recall(i: number): number {
    const { source, destination, ports, meta } = this.keys;
    return this.recallTuple(source[i]!, destination[i]!, ports[i]!, meta[i]!);
  }

  /** The same for a tuple that is in no key row. */
  recallTuple(source: number, destination: number, ports: number, meta: number): number {
    const at = recentSlot(source, destination, ports);
    const r = this.#recent;
    if (r[at] !== source || r[at + 1] !== destination || r[at + 2] !== ports || r[at + 3] !== meta) return -1;
    this.side = r[at + 5]!;
    return r[at + 4]! - 1;
  }

  #remember(i: number, id: number, side: number): void {
    const { source, destination, ports, meta } = this.keys;
    const at = recentSlot(source[i]!, destination[i]!, ports[i]!);
    const r = this.#recent;
    r[at] = source[i]!;
    r[at + 1] = destination[i]!;
    r[at + 2] = ports[i]!;
    r[at + 3] = meta[i]!;
    r[at + 4] = id + 1;
    r[at + 5] = side;
  }

  /**
   * Hashes key row `i` and reads the slot and the record that it leads to, so that they are in the cache when `find`
   * comes; calls of one batch overlap. The result only keeps the reads from being optimised away.
   */
  touch(i: number): number {
    const hash = this.keys.hashOf(i);
    const slot = (hash >>> this.#shift) << 1;
    const id = this.#pairs[slot + 1]!;
    if (id === 0 || this.#pairs[slot] !== hash) return id;
    const at = (id - 1) * WORDS;
    const w = this.records.w;
    return w[at]! ^ w[at + WORDS - 1]!;
  }

  /** Number of the newest connection between the two ends of key row `i`, in either direction, or -1. */
  find(i: number): number {
    const keys = this.keys;
    const hash = keys.hash[i]!;
    const pairs = this.#pairs;
    const mask = pairs.length - 1;
    let slot = (hash >>> this.#shift) << 1;
    let id = pairs[slot + 1]! - 1;
    while (id >= 0 && !(pairs[slot] === hash && this.#matches(id, i))) {
      slot = (slot + 2) & mask;
      id = pairs[slot + 1]! - 1;
    }
    this.#slot = slot;
    // Only connections of the full tier are worth remembering: a flood would fill the cache with SYNs.
    if (id >= 0 && this.records.w[id * WORDS + Word.full] !== 0) this.#remember(i, id, this.sideOf(id, i));
    return id;
  }

  #matches(id: number, i: number): boolean {
    const w = this.records.w;
    const at = id * WORDS;
    const { source, destination, ports, meta } = this.keys;
    if ((w[at + Word.meta]! & KEY_META) !== meta[i]) return false;
    const a = w[at + Word.addressA]!;
    const b = w[at + Word.addressB]!;
    const p = w[at + Word.ports]!;
    if (a === source[i] && b === destination[i] && p === ports[i]) return true;
    return a === destination[i] && b === source[i] && p === swapPorts(ports[i]!);
  }

  /** 0 when key row `i` goes from the originator of connection `id` to the responder, 1 for the way back. */
  sideOf(id: number, i: number): number {
    const w = this.records.w;
    const at = id * WORDS;
    const { source, destination, ports } = this.keys;
    const forward =
      w[at + Word.ports] === ports[i] &&
      w[at + Word.addressA] === source[i] &&
      w[at + Word.addressB] === destination[i];
    this.side = forward ? 0 : 1;
    return this.side;
  }

  /**
   * A new connection for key row `i`, in the place where the last `find` ended. `flipped`: the sender is the
   * responder. -1 when there is no room.
   */
  open(i: number, flipped: boolean): number {
    const id = this.records.add();
    if (id < 0) return -1;
    this.opened++;
    const keys = this.keys;
    const w = this.records.w;
    const at = id * WORDS;
    w[at + Word.addressA] = flipped ? keys.destination[i]! : keys.source[i]!;
    w[at + Word.addressB] = flipped ? keys.source[i]! : keys.destination[i]!;
    w[at + Word.ports] = flipped ? swapPorts(keys.ports[i]!) : keys.ports[i]!;
    w[at + Word.meta] = keys.meta[i]! | (flipped ? Meta.flipped : 0);
    this.#put(i, id);
    return id;
  }

  /** Puts `id` where the last `find` ended, in place of an older connection of the same ends if there is one. */
  #put(i: number, id: number): void {
    const fresh = this.#pairs[this.#slot + 1] === 0;
    this.#pairs[this.#slot] = this.keys.hash[i]!;
    this.#pairs[this.#slot + 1] = id + 1;
    if (!fresh) this.#forget(i);
    else if (++this.#used > (this.#pairs.length / 2) * LOAD) this.#grow();
  }

  /** Both directions' cache entries may still name an older connection of the tuple. */
  #forget(i: number): void {
    const { source, destination, ports } = this.keys;
    this.#recent[recentSlot(source[i]!, destination[i]!, ports[i]!) + 4] = 0;
    this.#recent[recentSlot(destination[i]!, source[i]!, swapPorts(ports[i]!)) + 4] = 0;
  }

  /** No frame comes any more: lets go of the index, 12 bytes and more a connection. Records stay. */
  end(): void {
    this.#pairs = new Int32Array(2 * INITIAL_SLOTS);
    this.#shift = 32 - Math.log2(INITIAL_SLOTS);
    this.#used = 0;
  }

  /** The slot is the top bits of the hash, so the old table read in order fills the new one almost in order. */
  #grow(): void {
    const old = this.#pairs;
    const doublings = old.length < LARGE_SLOTS ? 2 : 1;
    const pairs = new Int32Array(old.length << doublings);
    const mask = pairs.length - 1;
    const shift = (this.#shift -= doublings);
    for (let i = 0; i < old.length; i += 2) {
      const id = old[i + 1]!;
      if (id === 0) continue;
      const hash = old[i]!;
      let slot = (hash >>> shift) << 1;
      while (pairs[slot + 1] !== 0) slot = (slot + 2) & mask;
      pairs[slot] = hash;
      pairs[slot + 1] = id;
    }
    this.#pairs = pairs;
  }
}

const swapPorts = (ports: number): number => (ports << 16) | (ports >>> 16);

function recentSlot(source: number, destination: number, ports: number): number {
  const h = (source + Math.imul(destination, 5)) ^ ports ^ (ports >>> 13);
  return ((h ^ (h >>> 10)) & (RECENT - 1)) * RECENT_WORDS;
}
