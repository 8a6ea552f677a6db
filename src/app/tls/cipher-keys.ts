/** Suites that can be decrypted: what node calls their ciphers, lengths of keys, and guards made of key material. */
import { hasCipher } from '../crypto.ts';
import { CbcGuard, type Guard, Guard12, Guard13 } from './guards.ts';
import { expandLabel, hashName } from './key-schedule.ts';
import type { SuiteParts } from './suite-parts.ts';

interface Cipher {
  readonly name: string;
  readonly keyBytes: number;
  readonly mode: 'gcm' | 'ccm' | 'chacha' | 'cbc';
  readonly tag: number;
  readonly blockBytes: number;
}

/** Null for a cipher that node does not have, or that is not a block cipher in one of these modes. */
export function cipherOf({ cipher }: SuiteParts): Cipher | null {
  const found = parseCipher(cipher);
  return found !== null && hasCipher(found.name) ? found : null;
}

function parseCipher(cipher: string): Cipher | null {
  if (cipher === 'CHACHA20_POLY1305')
    return { name: 'chacha20-poly1305', keyBytes: 32, mode: 'chacha', tag: 16, blockBytes: 1 };
  if (cipher === '3DES_EDE_CBC') return { name: 'des-ede3-cbc', keyBytes: 24, mode: 'cbc', tag: 0, blockBytes: 8 };
  const [, family, bits, mode, short] = /^(AES|ARIA|CAMELLIA)_(128|256)_(GCM|CCM|CBC)(_8)?$/.exec(cipher) ?? [];
  if (family === undefined) return null;
  const name = `${family.toLowerCase()}-${bits}-${mode!.toLowerCase()}`;
  const tag = mode === 'CBC' ? 0 : short === undefined ? 16 : 8;
  return { name, keyBytes: Number(bits) / 8, mode: mode!.toLowerCase() as 'gcm' | 'ccm' | 'cbc', tag, blockBytes: 16 };
}

/** RFC 8446 section 7.3. */
export function guard13(cipher: Cipher, hash: string, secret: Uint8Array): Guard {
  const key = expandLabel(hash, secret, 'key', cipher.keyBytes);
  return new Guard13(cipher.name, key, expandLabel(hash, secret, 'iv', 12), cipher.tag);
}

const macKeyBytes: Readonly<Record<string, number>> = { MD5: 16, SHA: 20, SHA256: 32, SHA384: 48 };

/** Bytes of the key block, RFC 5246 section 6.3: MAC keys, keys and IVs of both directions. */
function lengths(cipher: Cipher, suiteHash: string): readonly [mac: number, key: number, iv: number] {
  if (cipher.mode !== 'cbc') return [0, cipher.keyBytes, cipher.mode === 'chacha' ? 12 : 4];
  return [macKeyBytes[suiteHash] ?? 0, cipher.keyBytes, cipher.blockBytes];
}

export const keyBlockBytes = (cipher: Cipher, suiteHash: string): number =>
  2 * lengths(cipher, suiteHash).reduce((sum, each) => sum + each, 0);

/** Guards of the client's and of the server's direction. */
export function guards12(
  cipher: Cipher,
  suiteHash: string,
  block: Uint8Array,
  version: number,
  encryptThenMac: boolean,
): readonly [client: Guard, server: Guard] {
  const [mac, key, iv] = lengths(cipher, suiteHash);
  const of = (side: 0 | 1): Guard => {
    const macKey = block.subarray(side * mac, (side + 1) * mac);
    const keyAt = 2 * mac + side * key;
    const ivAt = 2 * (mac + key) + side * iv;
    const own = { key: block.subarray(keyAt, keyAt + key), iv: block.subarray(ivAt, ivAt + iv) };
    if (cipher.mode !== 'cbc') return new Guard12(cipher.name, own.key, own.iv, cipher.tag);
    const hash = hashName(suiteHash);
    return new CbcGuard({
      ...own,
      cipher: cipher.name,
      macKey,
      hash,
      version,
      encryptThenMac,
      blockBytes: cipher.blockBytes,
    });
  };
  return [of(0), of(1)];
}
