/** Errors of HTTP/2 by name. */

/** RFC 9113 section 7. */
const errorNames: readonly string[] = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** The error code at `at` of a frame's payload. */
export function errorName(payload: Uint8Array, at: number): string {
  if (payload.length < at + 4) return 'unknown';
  const code = new DataView(payload.buffer, payload.byteOffset).getUint32(at);
  return errorNames[code] ?? `0x${code.toString(16)}`;
}
