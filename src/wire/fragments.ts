/**
 * Reassembly of IPv4 and IPv6 datagrams (RFC 815, RFC 8200 section 4.5). Fragments enter, and with the one that
 * completes a datagram the frame is pointed at the whole of it. Where fragments overlap the bytes that came first
 * stay, and the frame is marked. Memory is bounded; the oldest unfinished datagram is given up first.
 */
import { type Frame, Note } from './frame.ts';
import { TCP } from './ip.ts';
import { DATAGRAM_TIMEOUT_S, MAX_DATAGRAMS, MAX_FRAGMENTS_PER_DATAGRAM, MAX_FRAGMENT_BYTES } from './limits.ts';

const MAX_DATAGRAM = 65_535;
/** RFC 1858 section 3.1: a first fragment that does not hold the fixed part of a TCP header hides its flags. */
const TINY_FIRST = 20;
const IPV6_HEADER = 40;
const FRAGMENT_HEADER = 8;
/** What keeping a piece costs beside its bytes (two small objects), so that the limit is one of memory. */
const PIECE_OVERHEAD = 200;
/** A routing header in front of the fragment header is not kept with the datagram: none is known to be used so. */
const IPV6_DESTINATION = 24;

interface Piece {
  readonly offset: number;
  /** Order of arrival within the datagram. */
  readonly arrival: number;
  readonly bytes: Uint8Array;
}

interface Datagram {
  /** In order of offset, then of arrival. */
  readonly pieces: Piece[];
  /** IP header of the fragment at offset 0. */
  header: Uint8Array | null;
  /** IPv6: what follows the fragment header of the first fragment. */
  next: number;
  /** Known once the last fragment was seen; -1 before. */
  total: number;
  held: number;
  readonly since: number;
}

export class Fragments {
  /** Datagrams that were completed, and those given up unfinished (limit or time). */
  completed = 0;
  givenUp = 0;
  limitReached = false;
  // Keys are strings: V8 seeds their hash, which it does not for numbers that a sender could choose.
  readonly #datagrams = new Map<string, Datagram>();
  #held = 0;

  /** Datagrams still waiting for fragments. */
  get unfinished(): number {
    return this.#datagrams.size;
  }

  /** The cursor is behind the IPv4 header. True when `f` now points at a whole datagram. */
  addIpv4(f: Frame, headerLength: number, offset: number, more: boolean): boolean {
    const at = f.network;
    const isTcp = f.bytes[at + 9] === TCP;
    if (isTcp && offset === 0 && more && f.wireEnd - f.at < TINY_FIRST) f.notes |= Note.fragmentTiny;
    if (isCutFirst(f, offset)) return true;
    const header = f.bytes.subarray(at, at + headerLength);
    const key = `4${octets(f.bytes, at + 12, 8)}${octets(f.bytes, at + 4, 2)}${octets(f.bytes, at + 9, 1)}`;
    const datagram = this.#add(f, key, offset, more, header, 0);
    if (datagram === null) return false;
    this.#deliver(f, datagram);
    return true;
  }

  /** The cursor is at the fragment header. The next header of the whole datagram, or -1 while it is unfinished. */
  addIpv6(f: Frame, next: number, offset: number, more: boolean): number {
    const at = f.network;
    if (next === TCP && offset === 0 && more && f.wireEnd - f.at - FRAGMENT_HEADER < TINY_FIRST) {
      f.notes |= Note.fragmentTiny;
    }
    if (isCutFirst(f, offset)) {
      f.at += FRAGMENT_HEADER;
      return next;
    }
    const key = `6${octets(f.bytes, at + 8, 32)}${octets(f.bytes, f.at + 4, 4)}`;
    f.at += FRAGMENT_HEADER;
    const datagram = this.#add(f, key, offset, more, f.bytes.subarray(at, at + IPV6_HEADER), next);
    if (datagram === null) return -1;
    this.#deliver(f, datagram);
    f.finalDestination = IPV6_DESTINATION;
    return datagram.next;
  }

  #add(f: Frame, key: string, offset: number, more: boolean, header: Uint8Array, next: number): Datagram | null {
    const length = f.wireEnd - f.at;
    // A fragment that the snaplen cut cannot be used; nor one past the end of the largest datagram, nor one that is
    // not the last and not a multiple of 8 bytes.
    if (f.wireEnd > f.end) return null;
    if (offset + length > MAX_DATAGRAM || (more && (length & 7) !== 0) || length === 0) {
      f.notes |= Note.fragmentBad;
      return null;
    }
    const datagram = this.#datagram(f, key);
    if (datagram.pieces.length >= MAX_FRAGMENTS_PER_DATAGRAM || !this.#room(length + PIECE_OVERHEAD, key)) {
      f.notes |= Note.fragmentLimit;
      this.limitReached = true;
      return null;
    }
    if (offset === 0 && datagram.header === null) {
      datagram.header = header.slice();
      datagram.next = next;
    }
    if (!more && datagram.total < 0) datagram.total = offset + length;
    // The same fragment again (a duplicate on the network or in the capture) adds nothing and hides nothing.
    if (datagram.pieces.some((known) => isSame(known, offset, f))) return null;
    const piece = { offset, arrival: datagram.pieces.length, bytes: f.bytes.slice(f.at, f.wireEnd) };
    if (insert(datagram.pieces, piece)) f.notes |= Note.fragmentOverlap;
    datagram.held += length;
    this.#held += length + PIECE_OVERHEAD;
    if (!isWhole(datagram)) return null;
    this.#forget(key, datagram);
    this.completed++;
    return datagram;
  }

  #datagram(f: Frame, key: string): Datagram {
    const known = this.#datagrams.get(key);
    if (known !== undefined && Math.abs(f.seconds - known.since) <= DATAGRAM_TIMEOUT_S) return known;
    if (known !== undefined) this.#giveUp(key, known);
    if (this.#datagrams.size >= MAX_DATAGRAMS) this.#giveUpOldest('');
    const fresh: Datagram = { pieces: [], header: null, next: 0, total: -1, held: 0, since: f.seconds };
    this.#datagrams.set(key, fresh);
    return fresh;
  }

  #room(length: number, key: string): boolean {
    while (this.#held + length > MAX_FRAGMENT_BYTES) if (!this.#giveUpOldest(key)) return false;
    return true;
  }

  #giveUpOldest(except: string): boolean {
    for (const [key, datagram] of this.#datagrams) {
      if (key === except) continue;
      this.#giveUp(key, datagram);
      this.limitReached = true;
      return true;
    }
    return false;
  }

  #giveUp(key: string, datagram: Datagram): void {
    this.#forget(key, datagram);
    this.givenUp++;
  }

  #forget(key: string, datagram: Datagram): void {
    this.#datagrams.delete(key);
    this.#held -= datagram.held + datagram.pieces.length * PIECE_OVERHEAD;
  }

  /** Points the frame at a buffer of its own that holds the IP header and the whole payload. */
  #deliver(f: Frame, datagram: Datagram): void {
    const header = datagram.header!;
    const whole = new Uint8Array(header.length + datagram.total);
    whole.set(header, 0);
    // The last to arrive is written first, so that of overlapping bytes the first to arrive stay.
    for (const { offset, bytes } of datagram.pieces.toSorted((a, b) => b.arrival - a.arrival)) {
      const room = datagram.total - offset;
      if (room > 0) whole.set(bytes.subarray(0, room), header.length + offset);
    }
    f.bytes = whole;
    f.view = new DataView(whole.buffer);
    f.network = 0;
    f.at = header.length;
    f.end = whole.length;
    f.wireEnd = whole.length;
    f.notes |= Note.reassembled;
  }
}

/** Whether the bytes from the cursor are those of a piece that is there. */
function isSame(piece: Piece, offset: number, f: Frame): boolean {
  if (piece.offset !== offset || piece.bytes.length !== f.wireEnd - f.at) return false;
  for (let i = 0; i < piece.bytes.length; i++) if (piece.bytes[i] !== f.bytes[f.at + i]) return false;
  return true;
}

/** Keeps `pieces` in order; true when the new piece overlaps one that is there. */
function insert(pieces: Piece[], piece: Piece): boolean {
  let at = pieces.length;
  while (at > 0 && pieces[at - 1]!.offset > piece.offset) at--;
  const after = pieces[at];
  const overlaps = pieces.some(({ offset, bytes }, i) => i < at && offset + bytes.length > piece.offset);
  pieces.splice(at, 0, piece);
  return overlaps || (after !== undefined && piece.offset + piece.bytes.length > after.offset);
}

/**
 * The first fragment of a datagram that can never be put together, because the snaplen cut it: its transport header is
 * still there, so it is decoded as it stands (as Wireshark does).
 */
const isCutFirst = (f: Frame, offset: number): boolean => offset === 0 && f.wireEnd > f.end;

function isWhole(datagram: Datagram): boolean {
  if (datagram.total < 0 || datagram.header === null || datagram.held < datagram.total) return false;
  let filled = 0;
  for (const { offset, bytes } of datagram.pieces) {
    if (offset > filled) return false;
    filled = Math.max(filled, offset + bytes.length);
  }
  return filled >= datagram.total;
}

/** Bytes as a string of one character each, for use as a key. */
function octets(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
