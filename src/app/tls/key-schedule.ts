/** Secrets -> keys: HKDF-Expand-Label of TLS 1.3 (RFC 8446 section 7.1), the pseudorandom function before it (RFC 5246 section 5). */
import { hashBytes, hmac } from '../crypto.ts';
import { TLS12 } from './names.ts';

/** Names of hashes in suites, and node's. */
const hashNames: Readonly<Record<string, string>> = {
  SHA256: 'sha256',
  SHA384: 'sha384',
  SHA512: 'sha512',
  SHA: 'sha1',
  MD5: 'md5',
  SM3: 'sm3',
};
export const hashName = (name: string): string => hashNames[name] ?? name.toLowerCase();

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One block of HKDF is enough: keys, nonces and secrets are no longer than a hash. */
export function expandLabel(hash: string, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = bytesOf(`tls13 ${label}`);
  const info = Uint8Array.of(length >> 8, length & 255, name.length, ...name, 0, 1);
  return hmac(hash, secret, info).subarray(0, length);
}

function expand(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let a = seed;
  for (let at = 0; at < length;) {
    a = hmac(hash, secret, a);
    const block = hmac(hash, secret, a, seed).subarray(0, length - at);
    out.set(block, at);
    at += block.length;
  }
  return out;
}

/** RFC 5246 section 5 and RFC 2246 section 5. `hash`: that of the suite, for TLS 1.2. */
export function prf(
  version: number,
  hash: string,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const whole = Buffer.concat([bytesOf(label), seed]);
  if (version >= TLS12) return expand(hash, secret, whole, length);
  const half = Math.ceil(secret.length / 2);
  const out = expand('md5', secret.subarray(0, half), whole, length);
  const other = expand('sha1', secret.subarray(secret.length - half), whole, length);
  return out.map((byte, i) => byte ^ other[i]!);
}

/** The hash over handshake messages that Finished and the extended master secret (RFC 7627) rest on. */
export function transcriptHash(version: number, hash: string, messages: Uint8Array): Uint8Array {
  if (version >= TLS12) return hashBytes(hash, messages);
  return Buffer.concat([hashBytes('md5', messages), hashBytes('sha1', messages)]);
}

/** SHA-384 stays; everything else is SHA-256 in the PRF of TLS 1.2. */
export const prfHash = (suiteHash: string): string =>
  suiteHash === 'SHA384' ? 'sha384' : suiteHash === 'SM3' ? 'sm3' : 'sha256';
