/** Whether the first bytes of a side are HTTP, and which part of it. */

/** What the first bytes say; `more`: they may become something. */
export type Sniffed = 'request' | 'response' | 'http2-client' | 'http2-server' | 'tls' | 'no' | 'never' | 'more';

/** RFC 9113 section 3.4. */
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** Longer than any registered method and the space behind it. */
const MAX_METHOD_BYTES = 33;
/** Line ends before the first request that are passed over. */
const MAX_EMPTY_BYTES = 16;

/** `never`: SSH, in which no HTTP will be seen. */
export function sniff(bytes: Uint8Array, start: number, end: number): Sniffed {
  const length = end - start;
  if (length === 0) return 'more';
  const first = bytes[start]!;
  if (first === 0x16) return length < 2 ? 'more' : bytes[start + 1] === 3 ? 'tls' : 'no';
  if (startsWith(bytes, start, end, 'SSH-')) return length < 4 ? 'more' : 'never';
  if (startsWith(bytes, start, end, PREFACE)) return length >= PREFACE.length ? 'http2-client' : 'more';
  if (startsWith(bytes, start, end, 'HTTP/1.') || startsWith(bytes, start, end, 'ICY ')) {
    return length >= 7 ? 'response' : 'more';
  }
  if (first === 0) return settings(bytes, start, length);
  let at = start;
  while (at < end && at < start + MAX_EMPTY_BYTES && (bytes[at] === 13 || bytes[at] === 10)) at++;
  return at === end ? 'more' : token(bytes, at, end);
}

/** A SETTINGS frame of stream 0 (RFC 9113 section 6.5), with which a server begins. */
function settings(bytes: Uint8Array, start: number, length: number): Sniffed {
  if (length < 9) return 'more';
  const isSettings = bytes[start + 1] === 0 && bytes[start + 3] === 4 && bytes[start + 2]! % 6 === 0;
  return isSettings && (bytes[start + 5]! | bytes[start + 6]! | bytes[start + 7]! | bytes[start + 8]!) === 0
    ? 'http2-server'
    : 'no';
}

/** Capital letters and a space: what a request line begins with. */
function token(bytes: Uint8Array, start: number, end: number): Sniffed {
  const stop = Math.min(end, start + MAX_METHOD_BYTES);
  for (let i = start; i < stop; i++) {
    const byte = bytes[i]!;
    if (byte === 0x20) return i > start ? 'request' : 'no';
    const isLetter = (byte >= 0x41 && byte <= 0x5a) || byte === 0x2d || byte === 0x5f;
    if (!isLetter) return 'no';
  }
  return stop - start < MAX_METHOD_BYTES ? 'more' : 'no';
}

function startsWith(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  const stop = Math.min(end - start, text.length);
  for (let i = 0; i < stop; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
