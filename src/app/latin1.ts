/** Bytes as text, each byte one character, and text as bytes: what HTTP header fields are made of (RFC 9110 section 5.5). */

const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice: (this: Uint8Array, start: number, end: number) => string;
};

export const latin1 = (bytes: Uint8Array, start: number, end: number): string => latin1Slice.call(bytes, start, end);

/** A copy of such text that does not keep alive what it was cut out of. */
export const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

// oxlint-disable-next-line no-control-regex
const beyondAscii = /[^\u0000-\u007f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What people meant by such text: UTF-8 where it is, otherwise as it stands. */
export function readable(text: string): string {
  if (!beyondAscii.test(text)) return text;
  try {
    return utf8.decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** Index of the next LF in `[from, end)`; -1 for none. */
export function findLf(bytes: Uint8Array, from: number, end: number): number {
  for (let i = from; i < end; i++) if (bytes[i] === 10) return i;
  return -1;
}
