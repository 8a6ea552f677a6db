/**
 * Writes captures byte by byte, for tests: classic pcap in all its variants and pcapng block by block.
 * Nothing here is clever or checks anything, so that broken files are as easy to write as sound ones.
 */

export interface Frame {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly data: Uint8Array;
  /** Bytes on the wire; those captured when not given. */
  readonly originalLength?: number;
}

/** `count` frames of different sizes and contents, a millisecond apart, with all nine digits of the time in use. */
export function sampleFrames(count: number, seconds = 1_700_000_000): Frame[] {
  return Array.from({ length: count }, (_, i) => ({
    seconds: seconds + Math.floor(i / 1000),
    nanoseconds: (i % 1000) * 1_000_000 + 123_456,
    data: Uint8Array.from({ length: 40 + ((i * 7) % 60) }, (_byte, at) => (i + at) & 0xff),
    originalLength: 100 + i,
  }));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export type ByteOrder = 'little' | 'big';

/** Numbers of 16, 32 or 64 bits one after the other, as `words('little', [1, 16], [2, 32], [3n, 64])`. */
export function words(
  order: ByteOrder,
  ...fields: readonly (readonly [value: number | bigint, bits: 16 | 32 | 64])[]
): Uint8Array<ArrayBuffer> {
  const littleEndian = order === 'little';
  const view = new DataView(new ArrayBuffer(fields.reduce((length, [, bits]) => length + bits / 8, 0)));
  let at = 0;
  for (const [value, bits] of fields) {
    if (bits === 16) view.setUint16(at, Number(value), littleEndian);
    else if (bits === 32) view.setUint32(at, Number(value), littleEndian);
    else view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), littleEndian);
    at += bits / 8;
  }
  return new Uint8Array(view.buffer);
}

/* ---------------------------------------------------------------------------------------------- classic pcap */

export interface PcapShape {
  readonly order?: ByteOrder;
  readonly variant?: 'microseconds' | 'nanoseconds' | 'modified';
  readonly version?: readonly [major: number, minor: number];
  readonly snapLength?: number;
  /** The whole 32-bit field: link type in the lower half, FCS bits in the upper one. */
  readonly linkType?: number;
}

const PCAP_MAGIC = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d, modified: 0xa1b2cd34 };

export function pcapHeader(shape: PcapShape = {}): Uint8Array<ArrayBuffer> {
  const { order = 'little', variant = 'microseconds', version = [2, 4], snapLength = 262_144, linkType = 1 } = shape;
  const magic = PCAP_MAGIC[variant];
  const [major, minor] = version;
  return words(order, [magic, 32], [major, 16], [minor, 16], [0, 32], [0, 32], [snapLength, 32], [linkType, 32]);
}

/** A record header with any four fields; `pcapRecord` fills them in for a frame. */
export function pcapRecordHeader(
  shape: PcapShape,
  seconds: number,
  fraction: number,
  capturedLength: number,
  originalLength: number,
): Uint8Array<ArrayBuffer> {
  const order = shape.order ?? 'little';
  const header = words(order, [seconds, 32], [fraction, 32], [capturedLength, 32], [originalLength, 32]);
  return shape.variant === 'modified' ? concat(header, new Uint8Array(8)) : header;
}

export function pcapRecord(shape: PcapShape, frame: Frame): Uint8Array<ArrayBuffer> {
  const { seconds, nanoseconds, data } = frame;
  const fraction = shape.variant === 'nanoseconds' ? nanoseconds : Math.floor(nanoseconds / 1000);
  const lengths: [number, number] = [data.length, frame.originalLength ?? data.length];
  // Versions before 2.3 have them the other way round.
  if ((shape.version?.[1] ?? 4) < 3) lengths.reverse();
  return concat(pcapRecordHeader(shape, seconds, fraction, ...lengths), data);
}

/** A whole file. */
export function pcap(frames: readonly Frame[], shape: PcapShape = {}): Uint8Array<ArrayBuffer> {
  return concat(pcapHeader(shape), ...frames.map((frame) => pcapRecord(shape, frame)));
}

/* ---------------------------------------------------------------------------------------------------- pcapng */

/** A pcapng option; the padding is added. */
export function option(order: ByteOrder, code: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(words(order, [code, 16], [value.length, 16]), padded(value));
}

const padded = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));

/** Any block: type, length, body, length. `length` and `trailer` may be given wrongly. */
export function block(
  order: ByteOrder,
  type: number,
  body: Uint8Array,
  length = body.length + 12,
  trailer = length,
): Uint8Array<ArrayBuffer> {
  return concat(words(order, [type, 32], [length, 32]), body, words(order, [trailer, 32]));
}

export function sectionHeader(
  order: ByteOrder = 'little',
  version: readonly [major: number, minor: number] = [1, 0],
  options: readonly Uint8Array[] = [],
): Uint8Array<ArrayBuffer> {
  const body = words(order, [0x1a2b3c4d, 32], [version[0], 16], [version[1], 16], [-1n, 64]);
  return block(order, 0x0a0d0d0a, concat(body, ...options));
}

export interface InterfaceShape {
  readonly order?: ByteOrder;
  readonly linkType?: number;
  readonly snapLength?: number;
  readonly name?: string;
  /** if_tsresol: 6 is 10^-6, 0x80 + 8 is 2^-8. */
  readonly resolution?: number;
  readonly offsetSeconds?: number;
  readonly fcsLength?: number;
}

export function interfaceDescription(shape: InterfaceShape = {}): Uint8Array<ArrayBuffer> {
  const { order = 'little', linkType = 1, snapLength = 0, name, resolution, offsetSeconds, fcsLength } = shape;
  const options: Uint8Array[] = [];
  if (name !== undefined) options.push(option(order, 2, new TextEncoder().encode(name)));
  if (resolution !== undefined) options.push(option(order, 9, Uint8Array.of(resolution)));
  if (fcsLength !== undefined) options.push(option(order, 13, Uint8Array.of(fcsLength)));
  if (offsetSeconds !== undefined) options.push(option(order, 14, words(order, [BigInt(offsetSeconds), 64])));
  if (options.length > 0) options.push(option(order, 0, new Uint8Array(0)));
  return block(order, 1, concat(words(order, [linkType, 16], [0, 16], [snapLength, 32]), ...options));
}

/** Enhanced Packet Block at a time given in units of its interface. */
export function enhancedPacket(
  order: ByteOrder,
  interfaceId: number,
  units: bigint,
  data: Uint8Array,
  originalLength = data.length,
  capturedLength = data.length,
): Uint8Array<ArrayBuffer> {
  const [high, low] = [units >> 32n, units & 0xffff_ffffn];
  const head = words(order, [interfaceId, 32], [high, 32], [low, 32], [capturedLength, 32], [originalLength, 32]);
  return block(order, 6, concat(head, padded(data)));
}

/** The obsolete Packet Block. */
export function obsoletePacket(
  order: ByteOrder,
  interfaceId: number,
  units: bigint,
  data: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const [high, low] = [units >> 32n, units & 0xffff_ffffn];
  const head = words(order, [interfaceId, 16], [7, 16], [high, 32], [low, 32], [data.length, 32], [data.length, 32]);
  return block(order, 2, concat(head, padded(data)));
}

export function simplePacket(
  order: ByteOrder,
  data: Uint8Array,
  originalLength = data.length,
): Uint8Array<ArrayBuffer> {
  return block(order, 3, concat(words(order, [originalLength, 32]), padded(data)));
}

export function interfaceStatistics(
  order: ByteOrder,
  interfaceId: number,
  received: bigint,
  dropped: bigint,
): Uint8Array<ArrayBuffer> {
  const counts = [option(order, 4, words(order, [received, 64])), option(order, 5, words(order, [dropped, 64]))];
  return block(order, 5, concat(words(order, [interfaceId, 32], [0, 32], [0, 32]), ...counts));
}

export function decryptionSecrets(order: ByteOrder, type: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  return block(order, 10, concat(words(order, [type, 32], [data.length, 32]), padded(data)));
}

/** A whole file of one section and one interface, its times in nanoseconds. */
export function pcapng(frames: readonly Frame[], shape: InterfaceShape = {}): Uint8Array<ArrayBuffer> {
  const order = shape.order ?? 'little';
  const resolution = shape.resolution ?? 9;
  const packets = frames.map(({ seconds, nanoseconds, data, originalLength }) =>
    enhancedPacket(order, 0, BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds), data, originalLength),
  );
  return concat(sectionHeader(order), interfaceDescription({ ...shape, resolution }), ...packets);
}
