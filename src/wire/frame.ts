/**
 * The one shape that every decoder fills: offsets into the bytes of a frame, lengths on the wire, a stop code.
 * Frames are reused; nothing here outlives the batch.
 */

/** Why decoding of a frame ended early. */
export const Stop = {
  none: 0,
  /** The capture ends before the header does (cut by the snaplen). */
  cut: 1,
  /** The packet is shorter than a header it announces. */
  tooShort: 2,
  /** A length field contradicts itself (IPv4 header length below 20, total length below the header's). */
  badLength: 3,
  /** A version field with another value than the protocol's. */
  badVersion: 4,
  /** Link type that is not decoded. */
  unknownLinkType: 5,
  /** An EtherType, LLC or PPP protocol without a name here. */
  unknownProtocol: 6,
  /** More encapsulations than `MAX_DEPTH` or `MAX_LAYERS`. */
  tooDeep: 7,
} as const;
export type Stop = (typeof Stop)[keyof typeof Stop];

/** Names in the accounting, by stop code. */
export const stopNames: readonly string[] = [
  'none',
  'cut',
  'too-short',
  'bad-length',
  'bad-version',
  'unknown-link-type',
  'unknown-protocol',
  'too-deep',
];

/** Bits of `Frame.notes`: what was odd about a frame that decoded all the same. */
export const Note = {
  ipChecksumBad: 1,
  ipChecksumOffloaded: 2,
  transportChecksumBad: 4,
  transportChecksumOffloaded: 8,
  fragmentOverlap: 16,
  fragmentTiny: 32,
  fragmentLimit: 64,
  fragmentBad: 128,
  reassembled: 256,
  lengthBeyondFrame: 512,
  encrypted: 1024,
} as const;

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/** Outer UDP headers kept per frame, for the connections that tunnels themselves are. */
const MAX_OUTER = 4;

export class Frame {
  /** 1-based over the merged input (Wireshark's frame.number). */
  number = 0;
  seconds = 0;
  nanoseconds = 0;
  /** The block the offsets below point into (or a reassembled datagram), and a view of the same memory. */
  bytes: Uint8Array = NO_BYTES;
  view: DataView = NO_VIEW;
  /** LINKTYPE number. */
  linkType = 0;
  /** Offset of the first byte of the frame. */
  start = 0;
  /** Offset after the last captured byte (without the FCS); decoders move it to the end of the innermost packet. */
  end = 0;
  /** Where the innermost packet would end had everything been captured; at least `end`. */
  wireEnd = 0;
  /** Bytes on the wire, FCS included. */
  originalLength = 0;
  /** Decoding cursor: the first byte of the layer that comes next. */
  at = 0;

  stop: Stop = Stop.none;
  notes = 0;
  /** Id in `Paths`. */
  path = 0;
  /** IP headers met so far. */
  depth = 0;
  /** IP version of the innermost IP header: 4, 6, or 0 when there is none. */
  ipVersion = 0;
  /** Offset of that header. */
  network = 0;
  /** IPv6: offset of the address the packet is for in the end (a routing header may hold it, RFC 8200 section 4.4). */
  finalDestination = 0;
  /** Length on the wire of the outermost IP packet, header included; 0 when there is none. */
  packetLength = 0;
  /** IP protocol number of what `transport` points to; 0 when there is no transport header. */
  protocol = 0;
  /** Offset of the innermost transport header (TCP, UDP, ICMP ...). */
  transport = 0;
  /** Offset of the transport payload. */
  payload = 0;
  /** Transport payload on the wire, in bytes. */
  payloadLength = 0;
  /** Outer UDP headers of tunnels: (network, transport, ipVersion) triples. */
  outerCount = 0;
  readonly outer = new Int32Array(MAX_OUTER * 3);
  /** What `outer` points into: the frame's own bytes, also when `bytes` is a reassembled datagram. */
  outerBytes: Uint8Array = NO_BYTES;
  outerView: DataView = NO_VIEW;

  /** Bytes of payload that the capture kept. */
  get payloadCaptured(): number {
    return Math.max(0, Math.min(this.payloadLength, this.end - this.payload));
  }

  /** Remembers the current IP and UDP headers as a tunnel's, before its contents are decoded. */
  rememberOuter(): void {
    if (this.outerCount >= MAX_OUTER) return;
    if (this.outerCount === 0) {
      this.outerBytes = this.bytes;
      this.outerView = this.view;
    } else if (this.outerBytes !== this.bytes) return;
    const row = this.outerCount++ * 3;
    this.outer[row] = this.network;
    this.outer[row + 1] = this.transport;
    this.outer[row + 2] = this.ipVersion;
  }
}

/** Ends the decoding of `f` with a reason: a header of `need` bytes at the cursor does not fit. */
export function stopShort(f: Frame, need: number): void {
  f.stop = f.at + need > f.wireEnd ? Stop.tooShort : Stop.cut;
}

/** True when `need` bytes are captured at the cursor; otherwise sets the stop code. */
export function has(f: Frame, need: number): boolean {
  if (f.at + need <= f.end) return true;
  stopShort(f, need);
  return false;
}

/** Offsets are 32-bit: a frame that claims to be larger is counted with its claim, and decoded as far as this. */
const MAX_DECODED_LENGTH = 0x3fffffff;

/** Where the frame ends in the capture and on the wire, without its frame check sequence. */
export function boundFrame(f: Frame, capturedLength: number, fcsLength: number): void {
  // `| 0` keeps the offsets small integers: as doubles they would cost every decoder a conversion.
  const wire = (Math.min(Math.max(f.originalLength, capturedLength), MAX_DECODED_LENGTH) - fcsLength) | 0;
  const start = f.start;
  const wireEnd = wire < 0 ? start : (start + wire) | 0;
  f.wireEnd = wireEnd;
  f.end = Math.min((start + capturedLength) | 0, wireEnd);
}
