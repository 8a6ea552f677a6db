/** Certificates of a run, each kept once: most connections show one that was seen before. */
import { type X509Certificate, hashHex, x509Of } from '../crypto.ts';
import { type CertificateFacts, readCertificate } from './certificate-facts.ts';

/** Distinct certificates that are kept, and the longest one. */
const MAX_CERTIFICATES = 20_000;
export const MAX_CERTIFICATE_BYTES = 65_536;

export class Certificate {
  /** Hexadecimal, of the DER. */
  readonly sha256: string;
  readonly der: Uint8Array;
  #facts: CertificateFacts | null = null;
  #x509: X509Certificate | null | undefined;

  constructor(der: Uint8Array, sha256 = hashHex('sha256', der)) {
    this.der = der;
    this.sha256 = sha256;
  }

  get facts(): CertificateFacts {
    return (this.#facts ??= readCertificate(this.der));
  }

  /** OpenSSL's view of it, for signatures; null where it does not take it, or its structure lies. */
  get x509(): X509Certificate | null {
    if (this.#x509 === undefined) this.#x509 = isSound(this.facts) ? x509Of(this.der) : null;
    return this.#x509;
  }

  get isSelfSigned(): boolean {
    return this.facts.subjectKey !== '' && this.facts.subjectKey === this.facts.issuerKey;
  }
}

/** Whether it is worth OpenSSL's time: its structure holds, and its key is of a usual size. */
const isSound = ({ anomalies, keyType }: CertificateFacts): boolean =>
  keyType !== '' &&
  !anomalies.some((id) =>
    [
      'certificate_key_too_large',
      'certificate_too_many_extensions',
      'certificate_too_many_names',
      'certificate_structure_wrong',
    ].includes(id),
  );

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
    const certificate = new Certificate(der.slice(), sha256);
    this.#bySha256.set(sha256, certificate);
    return certificate;
  }

  /** In the order in which they were first seen. */
  all(): Iterable<Certificate> {
    return this.#bySha256.values();
  }
}
