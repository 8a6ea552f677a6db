/** Protection of the records of one direction: body -> content, with the sequence number that both ends count. */
import { hmac, openAead, openCbc } from '../crypto.ts';
import { TLS11 } from './names.ts';

export interface Guard {
  /** Null where the record does not verify; the sequence number then stays. */
  open(type: number, version: number, body: Uint8Array): { type: number; bytes: Uint8Array } | null;
}

/** Eight bytes of sequence number, counted up in place. */
class Sequence {
  readonly bytes = new Uint8Array(8);

  next(): void {
    for (let i = 7; i >= 0; i--) {
      this.bytes[i] = (this.bytes[i]! + 1) & 255;
      if (this.bytes[i] !== 0) return;
    }
  }
}

/** RFC 8446 section 5.3: the nonce is the IV with the sequence number folded into its end. */
function fold(iv: Uint8Array, sequence: Sequence, nonce: Uint8Array): void {
  nonce.set(iv);
  for (let i = 0; i < 8; i++) nonce[nonce.length - 8 + i]! ^= sequence.bytes[i]!;
}

/** TLS 1.3, RFC 8446 section 5.2: the real type is the last byte that is not padding. */
export class Guard13 implements Guard {
  readonly #sequence = new Sequence();
  readonly #nonce = new Uint8Array(12);
  readonly #aad = new Uint8Array(5);
  readonly #cipher: string;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #tag: number;

  constructor(cipher: string, key: Uint8Array, iv: Uint8Array, tag: number) {
    this.#cipher = cipher;
    this.#key = key;
    this.#iv = iv;
    this.#tag = tag;
  }

  open(type: number, version: number, body: Uint8Array): { type: number; bytes: Uint8Array } | null {
    fold(this.#iv, this.#sequence, this.#nonce);
    const aad = this.#aad;
    aad[0] = type;
    aad[1] = version >> 8;
    aad[2] = version & 255;
    aad[3] = body.length >> 8;
    aad[4] = body.length & 255;
    const plain = openAead(this.#cipher, this.#key, this.#nonce, aad, body, this.#tag);
    if (plain === null) return null;
    let end = plain.length - 1;
    while (end >= 0 && plain[end] === 0) end--;
    if (end < 0) return null;
    this.#sequence.next();
    return { type: plain[end]!, bytes: plain.subarray(0, end) };
  }
}

/** RFC 5246 section 6.2.3.3: sequence number, type, version, length of the content. */
function header12(aad: Uint8Array, sequence: Sequence, type: number, version: number, length: number): Uint8Array {
  aad.set(sequence.bytes);
  aad[8] = type;
  aad[9] = version >> 8;
  aad[10] = version & 255;
  aad[11] = length >> 8;
  aad[12] = length & 255;
  return aad;
}

/** AEAD of TLS 1.2: with a part of the nonce in the record (RFC 5288), or folded as in TLS 1.3 (RFC 7905). */
export class Guard12 implements Guard {
  readonly #sequence = new Sequence();
  readonly #nonce = new Uint8Array(12);
  readonly #aad = new Uint8Array(13);
  readonly #cipher: string;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #tag: number;

  /** `iv` of four bytes, or of twelve where the nonce is folded. */
  constructor(cipher: string, key: Uint8Array, iv: Uint8Array, tag: number) {
    this.#cipher = cipher;
    this.#key = key;
    this.#iv = iv;
    this.#tag = tag;
  }

  open(type: number, version: number, body: Uint8Array): { type: number; bytes: Uint8Array } | null {
    const explicit = this.#iv.length === 4 ? 8 : 0;
    const length = body.length - explicit - this.#tag;
    if (length < 0) return null;
    if (explicit === 0) fold(this.#iv, this.#sequence, this.#nonce);
    else {
      this.#nonce.set(this.#iv);
      this.#nonce.set(body.subarray(0, explicit), 4);
    }
    const aad = header12(this.#aad, this.#sequence, type, version, length);
    const bytes = openAead(this.#cipher, this.#key, this.#nonce, aad, body.subarray(explicit), this.#tag);
    if (bytes === null) return null;
    this.#sequence.next();
    return { type, bytes };
  }
}

export interface CbcKeys {
  readonly cipher: string;
  readonly key: Uint8Array;
  readonly macKey: Uint8Array;
  readonly hash: string;
  /** Of the first record of TLS 1.0; later versions send it. */
  readonly iv: Uint8Array;
  readonly version: number;
  /** RFC 7366: the MAC is over the ciphertext. */
  readonly encryptThenMac: boolean;
  readonly blockBytes: number;
}

/** CBC, RFC 5246 section 6.2.3.2. */
export class CbcGuard implements Guard {
  readonly #sequence = new Sequence();
  readonly #aad = new Uint8Array(13);
  readonly #keys: CbcKeys;
  #iv: Uint8Array;

  constructor(keys: CbcKeys) {
    this.#keys = keys;
    this.#iv = keys.iv;
  }

  open(type: number, version: number, body: Uint8Array): { type: number; bytes: Uint8Array } | null {
    const { encryptThenMac, hash, macKey } = this.#keys;
    const macBytes = hmac(hash, macKey).length;
    const sealed = encryptThenMac ? body.subarray(0, Math.max(0, body.length - macBytes)) : body;
    if (encryptThenMac && !this.#isGenuine(type, version, sealed, body.subarray(sealed.length))) return null;
    const plain = this.#decrypt(sealed);
    if (plain === null) return null;
    const end = plain.length - 1 - plain.at(-1)!;
    const length = encryptThenMac ? end : end - macBytes;
    if (length < 0) return null;
    const bytes = plain.subarray(0, length);
    if (!encryptThenMac && !this.#isGenuine(type, version, bytes, plain.subarray(length, end))) return null;
    this.#sequence.next();
    return { type, bytes };
  }

  #isGenuine(type: number, version: number, bytes: Uint8Array, mac: Uint8Array): boolean {
    const { hash, macKey } = this.#keys;
    const aad = header12(this.#aad, this.#sequence, type, version, bytes.length);
    const expected = hmac(hash, macKey, aad, bytes);
    return mac.length === expected.length && expected.every((byte, i) => byte === mac[i]);
  }

  #decrypt(sealed: Uint8Array): Uint8Array | null {
    const { cipher, key, blockBytes, version } = this.#keys;
    const hasIv = version >= TLS11;
    if (sealed.length < blockBytes * (hasIv ? 2 : 1)) return null;
    const iv = hasIv ? sealed.subarray(0, blockBytes) : this.#iv;
    const plain = openCbc(cipher, key, iv, hasIv ? sealed.subarray(blockBytes) : sealed);
    if (plain !== null && plain.length > 0) this.#iv = sealed.slice(sealed.length - blockBytes);
    return plain;
  }
}
