/** Certificates of a run, each kept once: most connections show one that was seen before. */
import { hashHex } from '../crypto.ts';

/** Distinct certificates that are kept, and the longest one. */
export const MAX_CERTIFICATES = 20_000;
export const MAX_CERTIFICATE_BYTES = 65_536;

export interface Certificate {
  /** Hexadecimal, of the DER. */
  readonly sha256: string;
  readonly der: Uint8Array;
}

export class CertificateStore {
  readonly #bySha256 = new Map<string, Certificate>();
  /** Certificates were left out: too many, or too long. */
  limitReached = false;

  /** Null for one that is not kept. */
  add(der: Uint8Array): Certificate | null {
    if (der.length > MAX_CERTIFICATE_BYTES) {
      this.limitReached = true;
      return null;
    }
    const sha256 = hashHex('sha256', der);
    const known = this.#bySha256.get(sha256);
    if (known !== undefined) return known;
    if (this.#bySha256.size >= MAX_CERTIFICATES) {
      this.limitReached = true;
      return null;
    }
    const certificate = { sha256, der: der.slice() };
    this.#bySha256.set(sha256, certificate);
    return certificate;
  }

  /** In the order in which they were first seen. */
  all(): Iterable<Certificate> {
    return this.#bySha256.values();
  }
}
