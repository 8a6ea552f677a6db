/** The one door of this room to node:crypto. */
import * as crypto from 'node:crypto';

export type { KeyObject, X509Certificate } from 'node:crypto';

export const hashHex = (name: string, bytes: Uint8Array | string): string =>
  crypto.createHash(name).update(bytes).digest('hex');
export const hashBytes = (name: string, bytes: Uint8Array): Uint8Array =>
  crypto.createHash(name).update(bytes).digest();
export const hashBase64 = (name: string, bytes: Uint8Array | string): string =>
  crypto.createHash(name).update(bytes).digest('base64');

/** Null for what OpenSSL does not take for a certificate. */
export function x509Of(der: Uint8Array): crypto.X509Certificate | null {
  try {
    const x509 = new crypto.X509Certificate(der);
    // The key is read late, and may be one that OpenSSL does not know.
    void x509.publicKey;
    return x509;
  } catch {
    return null;
  }
}

/** Whether the issuer's key verifies the signature of `certificate`. */
export function signedBy(certificate: crypto.X509Certificate, issuer: crypto.X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** Key and result in base64. */
export const hmacBase64 = (name: string, key: string, text: string): string =>
  crypto.createHmac(name, Buffer.from(key, 'base64')).update(text).digest('base64');

export const hmac = (name: string, key: Uint8Array, ...pieces: readonly Uint8Array[]): Uint8Array => {
  const made = crypto.createHmac(name, key);
  for (const piece of pieces) made.update(piece);
  return made.digest();
};

/** Ciphers as node names them; false for one that this build does not have. */
export const hasCipher = (cipher: string): boolean => crypto.getCiphers().includes(cipher);

/** Decrypts and authenticates; null where the tag, the last `tagBytes` of `body`, is wrong. */
export function openAead(
  cipher: string,
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  body: Uint8Array,
  tagBytes: number,
): Uint8Array | null {
  const length = body.length - tagBytes;
  if (length < 0) return null;
  try {
    const decipher = crypto.createDecipheriv(cipher as crypto.CipherGCMTypes, key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(aad, { plaintextLength: length });
    decipher.setAuthTag(body.subarray(length));
    const plain = decipher.update(body.subarray(0, length));
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}

/** Without removing the padding; null for bytes that are no whole blocks. */
export function openCbc(cipher: string, key: Uint8Array, iv: Uint8Array, body: Uint8Array): Uint8Array | null {
  try {
    const decipher = crypto.createDecipheriv(cipher, key, iv);
    decipher.setAutoPadding(false);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return null;
  }
}

/** A private key in PEM or DER; null for anything else. */
export function privateKeyOf(bytes: Buffer): crypto.KeyObject | null {
  try {
    return crypto.createPrivateKey(bytes);
  } catch {
    return null;
  }
}

/** RSA without its padding, which Node no longer removes; null where the length does not fit the key. */
export function rsaRaw(key: crypto.KeyObject, bytes: Uint8Array): Uint8Array | null {
  try {
    return crypto.privateDecrypt({ key, padding: crypto.constants.RSA_NO_PADDING }, bytes);
  } catch {
    return null;
  }
}
