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
