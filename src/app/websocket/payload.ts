/** What the payload of WebSocket messages says: text, close codes, the window of permessage-deflate. */
import { isUtf8 } from 'node:buffer';
import { MAX_TEXT_SHOWN } from '../limits.ts';
import type { Problem } from './websocket.ts';

const WINDOW = 32_768;

/** The last bytes of a side's messages, which the next one may refer to (RFC 7692 section 7.2.3.2). */
export function windowOf(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (bytes.length >= WINDOW) return bytes.slice(bytes.length - WINDOW);
  const kept = before.subarray(Math.max(0, before.length + bytes.length - WINDOW));
  const window = new Uint8Array(kept.length + bytes.length);
  window.set(kept);
  window.set(bytes, kept.length);
  return window;
}

/** RFC 6455 section 7.4.1 and the registry of IANA: what may stand in a frame. */
export function closeCodeOf(raw: Uint8Array | null, found: Set<Problem>): number | null {
  if (raw === null || raw.length < 2) {
    if (raw?.length === 1) found.add('close-code-invalid');
    return null;
  }
  const code = raw[0]! * 256 + raw[1]!;
  const isKnown =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  if (!isKnown) found.add('close-code-invalid');
  return code;
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The beginning of a text; what is left out of it is not decoded, and so not kept alive. */
export function textOf(bytes: Uint8Array, found: Set<Problem>): string {
  if (!isUtf8(bytes)) found.add('text-not-utf8');
  // A character is at most 4 bytes long, and a sequence that ends too early at most 3.
  const text = lenient.decode(bytes.subarray(0, 4 * MAX_TEXT_SHOWN));
  const isSplit = /[\uD800-\uDBFF]/.test(text.charAt(MAX_TEXT_SHOWN - 1));
  return text.slice(0, isSplit ? MAX_TEXT_SHOWN - 1 : MAX_TEXT_SHOWN);
}
