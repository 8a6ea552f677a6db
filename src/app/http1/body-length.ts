/** How long the body of a message is, RFC 9112 section 6.3. */
import type { Anomaly } from './anomalies.ts';
import type { Head } from './head.ts';

/**
 * `length`: so many bytes. `close`: up to the end of the connection. `tunnel`: what follows is no HTTP/1 any more
 * (CONNECT, or 101).
 */
export type BodyLength =
  { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' | 'close' | 'tunnel' };

const NONE: BodyLength = { kind: 'length', bytes: 0 };

export function requestBody({ line, known }: Head, anomalies: Anomaly[]): BodyLength {
  if (line.version === 'HTTP/0.9') return NONE;
  const coded = codedBody(known.transferEncoding, known.contentLength, line.version, anomalies);
  if (coded === 'chunked') return { kind: 'chunked' };
  // A request cannot go on to the end of the connection: a server has to refuse it.
  if (coded === 'other') return NONE;
  return lengthBody(known.contentLength, anomalies) ?? NONE;
}

/** `method` of the request that it answers; null where that is not known. */
export function responseBody({ line, known }: Head, method: string | null, anomalies: Anomaly[]): BodyLength {
  const status = line.kind === 'response' ? line.status : 0;
  if (status === 101) return { kind: 'tunnel' };
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') {
    if (known.transferEncoding !== null && status < 205 && status !== 200) anomalies.push('chunked-without-body');
    return NONE;
  }
  if (method === 'CONNECT' && status < 300) return { kind: 'tunnel' };
  const coded = codedBody(known.transferEncoding, known.contentLength, line.version, anomalies);
  if (coded === 'chunked') return { kind: 'chunked' };
  if (coded === 'other') return { kind: 'close' };
  return lengthBody(known.contentLength, anomalies) ?? { kind: 'close' };
}

const codings = new Set(['chunked', 'gzip', 'x-gzip', 'deflate', 'compress', 'x-compress', 'identity']);

function codedBody(
  transferEncoding: string | null,
  contentLength: string | null,
  version: string,
  anomalies: Anomaly[],
): 'chunked' | 'other' | null {
  if (transferEncoding === null) return null;
  const list = transferEncoding.toLowerCase().split(',');
  const names = list.map((coding) => coding.split(';')[0]!.trim()).filter((name) => name !== '');
  if (contentLength !== null) anomalies.push('length-and-chunked');
  if (version === 'HTTP/1.0') anomalies.push('chunked-in-1.0');
  if (names.some((name) => !codings.has(name))) anomalies.push('coding-unknown');
  const last = names.at(-1);
  if (last === 'chunked') return 'chunked';
  // `identity` was a coding of RFC 2616 that changes nothing.
  if (last === 'identity' && names.length === 1) return null;
  anomalies.push('chunked-not-last');
  return 'other';
}

/** Up to fifteen digits and nothing else; -1 for anything else. */
function plainNumber(text: string): number {
  if (text.length === 0 || text.length > 15) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Where several lengths are given, the first counts here. */
function lengthBody(contentLength: string | null, anomalies: Anomaly[]): BodyLength | null {
  if (contentLength === null) return null;
  const plain = plainNumber(contentLength);
  if (plain >= 0) return { kind: 'length', bytes: plain };
  const values = contentLength.split(',').map((value) => value.trim());
  if (values.some((value) => !/^\d{1,15}$/.test(value))) anomalies.push('length-invalid');
  else if (values.some((value) => Number(value) !== Number(values[0]))) anomalies.push('lengths-differ');
  else if (values.length > 1) anomalies.push('length-repeated');
  const [first] = /^\d{1,15}$/.exec(values[0]!) ?? [];
  return first === undefined ? null : { kind: 'length', bytes: Number(first) };
}
