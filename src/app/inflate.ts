/** Decompression with bounds, and the only use of node:zlib in this room. Nothing here throws. */
import * as zlib from 'node:zlib';
import { MAX_CODINGS, MAX_INFLATED_BYTES, MAX_INFLATION } from './limits.ts';

/** `limit`: it would become larger than the limits allow. `unknown`: a coding that is not known here. */
export type Inflated =
  | { readonly bytes: Uint8Array; readonly problem: null }
  | { readonly bytes: null; readonly problem: 'damaged' | 'limit' | 'unknown' };

const { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } = zlib;
const sync = { finishFlush: constants.Z_SYNC_FLUSH };

/** How many bytes `length` bytes may become. */
const most = (length: number): number => Math.min(MAX_INFLATED_BYTES, Math.max(65_536, length * MAX_INFLATION));

function bounded(length: number, decompress: (maxOutputLength: number) => Uint8Array): Inflated {
  try {
    return { bytes: decompress(most(length)), problem: null };
  } catch (error) {
    const isLimit = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return { bytes: null, problem: isLimit ? 'limit' : 'damaged' };
  }
}

/** What a WebSocket message of permessage-deflate was (RFC 7692 section 7.2.2), with the 32 KiB before it. */
export function inflateMessage(bytes: Uint8Array, window: Uint8Array): Inflated {
  const input = new Uint8Array(bytes.length + 4);
  input.set(bytes);
  input.set([0, 0, 0xff, 0xff], bytes.length);
  const options = window.length === 0 ? sync : { ...sync, dictionary: window };
  return bounded(bytes.length, (maxOutputLength) => inflateRawSync(input, { ...options, maxOutputLength }));
}

type ZstdDecompress = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;
/** Node 22.15 and later have it. */
const { zstdDecompressSync } = zlib as unknown as { zstdDecompressSync?: ZstdDecompress };

function decodeOne(bytes: Uint8Array, coding: string): Inflated {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return bounded(bytes.length, (maxOutputLength) => gunzipSync(bytes, { ...sync, maxOutputLength }));
    case 'deflate': {
      const wrapped = bounded(bytes.length, (maxOutputLength) => inflateSync(bytes, { ...sync, maxOutputLength }));
      if (wrapped.problem !== 'damaged') return wrapped;
      // Some servers leave out the zlib header (RFC 9110 section 8.4.1.2).
      return bounded(bytes.length, (maxOutputLength) => inflateRawSync(bytes, { ...sync, maxOutputLength }));
    }
    case 'br':
      return bounded(bytes.length, (maxOutputLength) => brotliDecompressSync(bytes, { maxOutputLength }));
    case 'zstd':
      if (zstdDecompressSync === undefined) return { bytes: null, problem: 'unknown' };
      return bounded(bytes.length, (maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }));
    case 'identity':
      return { bytes, problem: null };
    default:
      return { bytes: null, problem: 'unknown' };
  }
}

/** Undoes the codings of a Content-Encoding field, the last one first (RFC 9110 section 8.4). */
export function decodeContent(bytes: Uint8Array, contentEncoding: string | null): Inflated {
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');
  if (codings.length > MAX_CODINGS) return { bytes: null, problem: 'limit' };
  let content: Inflated = { bytes, problem: null };
  for (const coding of codings.toReversed()) {
    if (content.bytes === null) return content;
    content = decodeOne(content.bytes, coding);
  }
  return content;
}
