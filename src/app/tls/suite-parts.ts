/** What the name of a cipher suite says: key exchange, cipher, hash. */
import { suiteName } from './suites.ts';

export interface SuiteParts {
  /** `ECDHE_RSA`; empty for the suites of TLS 1.3, where it is negotiated apart. */
  readonly exchange: string;
  /** `AES_128_GCM`. */
  readonly cipher: string;
  /** Of the MAC, or of the pseudorandom function where the cipher authenticates: `SHA256`. */
  readonly hash: string;
}

/** Null for a number that is not registered. */
export function suiteParts(suite: number): SuiteParts | null {
  const [, exchange = '', cipher, hash] =
    /^(?:TLS|SSL)_(?:(.+)_WITH_)?(.+?)_(MD5|SHA|SHA256|SHA384|SHA512|IMIT|OMAC|SM3|CCM|CCM_8)$/.exec(
      suiteName(suite),
    ) ?? [];
  if (cipher === undefined || hash === undefined) return null;
  // Suites with CCM name no hash: SHA-256 (RFC 6655 section 3).
  return hash.startsWith('CCM')
    ? { exchange, cipher: `${cipher}_${hash}`, hash: 'SHA256' }
    : { exchange, cipher, hash };
}
