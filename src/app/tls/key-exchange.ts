/** ServerKeyExchange: the group or the size of the Diffie-Hellman parameters, and the signature over them. */
import { Cursor } from '../cursor.ts';
import { TLS12 } from './names.ts';

export interface KeyExchange {
  /** Named group of ECDHE; null for anything else. */
  group: number | null;
  /** Bits of the prime of DHE. */
  dhBits: number | null;
  /** Signature algorithm (TLS 1.2); before that MD5 with SHA-1, or SHA-1, are fixed. */
  signature: number | null;
}

/** RFC 8422 section 5.4: the one curve type in use. */
const NAMED_CURVE = 3;

/** `kind`: the key exchange of the suite, as in `ECDHE_RSA`. RFC 5246 section 7.4.3. Null for kinds without any. */
export function readKeyExchange(body: Uint8Array, kind: string, version: number): KeyExchange | null {
  const c = new Cursor(body);
  const found: KeyExchange = { group: null, dhBits: null, signature: null };
  if (kind.startsWith('ECDHE_') || kind === 'ECDH_anon') {
    if (c.uint(1) !== NAMED_CURVE) return found;
    found.group = c.uint(2);
    c.vector(1);
  } else if (kind.startsWith('DHE_') || kind.startsWith('DH_anon') || kind.includes('EXPORT')) {
    found.dhBits = bitLength(c.vector(2));
    c.vector(2);
    if (!kind.startsWith('RSA')) c.vector(2);
  } else return null;
  const isSigned = !kind.includes('anon') && !kind.includes('PSK');
  if (isSigned && version === TLS12 && c.left >= 2) found.signature = c.uint(2);
  return c.failed ? null : found;
}

export function bitLength(number: Uint8Array): number {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (number.length - first) * 8 - Math.clz32(number[first]!) + 24;
}
