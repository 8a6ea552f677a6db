/** Captures with the same story and other numbers: sequence numbers, times or addresses moved. Classic pcap, Ethernet. */

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET = 14;
const TCP = 6;

export interface Move {
  /** Added to all sequence numbers of the client's host, and to what is acknowledged of them. */
  readonly client: number;
  /** Likewise of all other hosts. */
  readonly server: number;
  readonly seconds: number;
  /** The two hosts take each other's addresses. */
  readonly swap: boolean;
}

interface Segment {
  /** Offsets of the addresses, their length, and of the TCP header. */
  readonly source: number;
  readonly length: number;
  readonly transport: number;
}

/** Null for what is no TCP over IP. Fixtures have no options in their IP headers and no fragments. */
function segmentAt(view: DataView, frame: number): Segment | null {
  const ip = frame + ETHERNET;
  if (view.getUint16(frame + 12) === 0x0800 && view.getUint8(ip + 9) === TCP) {
    return { source: ip + 12, length: 4, transport: ip + (view.getUint8(ip) & 15) * 4 };
  }
  if (view.getUint16(frame + 12) === 0x86dd && view.getUint8(ip + 6) === TCP) {
    return { source: ip + 8, length: 16, transport: ip + 40 };
  }
  return null;
}

/** `client`: last byte of the client's addresses. */
export function movedCapture(original: Uint8Array, move: Move, client = 10): Uint8Array {
  // Not `slice`: that of a Buffer shares its memory.
  const bytes = new Uint8Array(original);
  const view = new DataView(bytes.buffer);
  for (let at = FILE_HEADER; at < bytes.length; at += RECORD_HEADER + view.getUint32(at + 8, true)) {
    view.setUint32(at, view.getUint32(at, true) + move.seconds, true);
    const segment = segmentAt(view, at + RECORD_HEADER);
    if (segment !== null) moveSegment(bytes, view, segment, move, client);
  }
  return bytes;
}

function moveSegment(bytes: Uint8Array, view: DataView, segment: Segment, move: Move, client: number): void {
  const { source, length, transport } = segment;
  const fromClient = isClient(bytes[source + length - 1]!, client);
  add(view, transport, 4, fromClient ? move.client : move.server);
  if ((view.getUint8(transport + 13) & 0x10) !== 0) add(view, transport, 8, fromClient ? move.server : move.client);
  moveSack(view, transport, fromClient ? move.server : move.client);
  if (!move.swap) return;
  const from = bytes.slice(source, source + length);
  bytes.copyWithin(source, source + length, source + 2 * length);
  bytes.set(from, source + length);
}

const END = 0;
const NOP = 1;
const SACK = 5;

/** Edges of SACK blocks are numbers of the other end. Stacks align them to four bytes. */
function moveSack(view: DataView, transport: number, amount: number): void {
  const end = (view.getUint8(transport + 12) >>> 4) * 4;
  for (let at = 20; at < end;) {
    const kind = view.getUint8(transport + at);
    if (kind === END) return;
    const length = kind === NOP ? 1 : view.getUint8(transport + at + 1);
    if (kind === SACK) for (let edge = at + 2; edge < at + length; edge += 4) add(view, transport, edge, amount);
    at += Math.max(1, length);
  }
}

/** IPv6 addresses of the hosts end in 0x10 and 0x20. */
const isClient = (last: number, client: number): boolean => last === client || last === 0x10;

/** Adds to a 32-bit field of a TCP header, and mends the checksum (RFC 1624). */
function add(view: DataView, transport: number, field: number, amount: number): void {
  const before = view.getUint32(transport + field);
  const after = (before + amount) >>> 0;
  view.setUint32(transport + field, after);
  let sum = ~view.getUint16(transport + 16) & 0xffff;
  sum += (~before & 0xffff) + (~(before >>> 16) & 0xffff) + (after & 0xffff) + (after >>> 16);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(transport + 16, ~sum & 0xffff);
}
