/**
 * The one shape that every decoder fills: offsets into the bytes of a frame, lengths on the wire, a stop code.
 * Frames are reused; nothing here outlives the batch.
 */

/** Why decoding of a frame ended before a transport payload was found. */
export const Stop = {
  none: 0,
  /** The capture ends before the header does (cut by the snaplen). */
  cut: 1,
  /** The packet is shorter than the header it announces. */
  tooShort: 2,
  /** A length field contradicts itself (IPv4 header length below 20, total length below the header's). */
  badLength: 3,
  /** A version field with another value than the protocol's. */
  badVersion: 4,
  /** Link type that is not decoded. */
  unknownLinkType: 5,
  /** More encapsulations than `MAX_LAYERS`. */
  tooDeep: 6,
} as const;
export type Stop = (typeof Stop)[keyof typeof Stop];

export class Frame {
  /** 1-based over the merged input (Wireshark's frame.number). */
  number = 0;
  seconds = 0;
  nanoseconds = 0;
  /** The block the offsets below point into, and a view of the same memory. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** LINKTYPE number. */
  linkType = 0;
  /** Offset of the first byte of the frame. */
  start = 0;
  /** Offset after the last captured byte (without the FCS). */
  end = 0;
  /** Bytes on the wire, FCS included. */
  originalLength = 0;
}
