/** Header blocks of HTTP/2, which may lie in several frames (RFC 9113 section 4.3). */
import { Flag, type FrameHead, Type } from './frames.ts';

/** The header block fragment of a frame, without padding and priority (RFC 9113 sections 6.2 and 6.6). */
export function fragmentOf(
  { type, flags }: FrameHead,
  payload: Uint8Array,
  promise: (stream: number) => void,
): Uint8Array {
  if (type === Type.continuation) return payload;
  const isPadded = (flags & Flag.padded) !== 0;
  let at = isPadded ? 1 : 0;
  if (type === Type.headers && (flags & Flag.priority) !== 0) at += 5;
  if (type === Type.pushPromise && payload.length >= at + 4) {
    promise(new DataView(payload.buffer, payload.byteOffset).getUint32(at) & 0x7fff_ffff);
    at += 4;
  }
  return payload.subarray(at, Math.max(at, payload.length - (isPadded ? (payload[0] ?? 0) : 0)));
}

export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    if (at + piece.length > length) break;
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
