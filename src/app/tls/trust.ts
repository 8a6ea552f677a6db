/**
 * Chains of certificates held against trusted roots: who signed whom, where the chain ends, and what is wrong with it.
 * Revocation, name constraints and policies are not checked.
 */
import { signedBy } from '../crypto.ts';
import { matchesHost } from './alternative-names.ts';
import { Certificate } from './certificates.ts';

/**
 * `trusted`: signatures lead to a root that is trusted. `unknown-ca`: they end at an authority that is not. `self-signed`:
 * the certificate itself is the end. `incomplete`: the issuer of the server's own certificate was not sent and is not
 * trusted itself. `bad-signature`: one does not verify. `unreadable`: a certificate that OpenSSL does not take.
 */
export const chainVerdicts = [
  'trusted',
  'unknown-ca',
  'self-signed',
  'incomplete',
  'bad-signature',
  'unreadable',
] as const;
export type ChainVerdict = (typeof chainVerdicts)[number];

export interface ChainJudgement {
  readonly verdict: ChainVerdict;
  /** The path that was found, the end's own certificate first; a root that was not sent is the last. */
  readonly path: readonly Certificate[];
  /** Every certificate that was sent is followed by its issuer (RFC 5246 section 7.4.2). */
  readonly inOrder: boolean;
}

/** Longest path that is followed. */
const MAX_PATH = 12;

export class TrustStore {
  readonly #roots: Iterable<Certificate>;
  /** Roots by their subject, once a chain was judged: in most captures there is none, since TLS 1.3 hides it. */
  #index: Map<string, Certificate[]> | null = null;
  readonly #judged = new Map<string, ChainJudgement>();

  constructor(roots: Iterable<Certificate>) {
    this.#roots = roots;
  }

  #rootsOf(subjectKey: string): readonly Certificate[] {
    if (this.#index === null) {
      this.#index = new Map();
      for (const root of this.#roots) {
        const same = this.#index.get(root.facts.subjectKey);
        if (same === undefined) this.#index.set(root.facts.subjectKey, [root]);
        else same.push(root);
      }
    }
    return this.#index.get(subjectKey) ?? [];
  }

  /** `chain` as it was sent. */
  judge(chain: readonly Certificate[]): ChainJudgement {
    const key = chain.map(({ sha256 }) => sha256).join();
    let judgement = this.#judged.get(key);
    if (judgement === undefined) this.#judged.set(key, (judgement = this.#follow(chain)));
    return judgement;
  }

  #follow(chain: readonly Certificate[]): ChainJudgement {
    const [own] = chain;
    const inOrder = chain.every((each, i) => i === 0 || chain[i - 1]!.facts.issuerKey === each.facts.subjectKey);
    const path: Certificate[] = [];
    const end = (verdict: ChainVerdict): ChainJudgement => ({ verdict, path, inOrder });
    let current = own;
    while (current !== undefined && path.length < MAX_PATH) {
      path.push(current);
      if (current.x509 === null) return end('unreadable');
      if (this.#isRoot(current)) return end('trusted');
      const { issuer, isForged } = this.#issuerOf(current, chain, path);
      if (issuer === null) {
        if (isForged) return end('bad-signature');
        // The issuer of an intermediate certificate is mostly a root, which need not be sent.
        if (!current.isSelfSigned) return end(current === own ? 'incomplete' : 'unknown-ca');
        return end(current === own ? 'self-signed' : 'unknown-ca');
      }
      current = issuer;
    }
    return end('incomplete');
  }

  #isRoot(certificate: Certificate): boolean {
    return this.#rootsOf(certificate.facts.subjectKey).some(({ sha256 }) => sha256 === certificate.sha256);
  }

  /** A root goes before a certificate that was sent: servers send cross-signed ones that end elsewhere. */
  #issuerOf(
    { facts, x509, isSelfSigned }: Certificate,
    chain: readonly Certificate[],
    path: readonly Certificate[],
  ): { issuer: Certificate | null; isForged: boolean } {
    const sent = chain.filter((each) => each.facts.subjectKey === facts.issuerKey && !path.includes(each));
    const named = [...this.#rootsOf(facts.issuerKey), ...sent];
    const candidates = named.filter((each) => each.x509 !== null && each.facts.isCa !== false);
    const issuer = candidates.find((each) => signedBy(x509!, each.x509!)) ?? null;
    return { issuer, isForged: issuer === null && !isSelfSigned && candidates.length > 0 };
  }
}

/** How a certificate stands at a moment, in seconds since 1970. */
export type Validity = 'valid' | 'expired' | 'not-yet-valid' | 'unknown';

export function validityAt({ facts }: Certificate, seconds: number): Validity {
  const { notBefore, notAfter } = facts;
  if (notBefore === null || notAfter === null) return 'unknown';
  if (seconds < notBefore) return 'not-yet-valid';
  return seconds > notAfter ? 'expired' : 'valid';
}

/** Null where no name was asked for. */
export const matchesName = ({ facts }: Certificate, host: string | null): boolean | null =>
  host === null || host === '' ? null : matchesHost(facts, host);

/** Certificates of a file in PEM; those that cannot be read are left out. */
export function certificatesOfPem(text: string): Certificate[] {
  const found: Certificate[] = [];
  for (const [, body] of text.matchAll(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([\sA-Za-z0-9+/=]+)-----END/g)) {
    found.push(new Certificate(Uint8Array.from(Buffer.from(body!, 'base64'))));
  }
  return found;
}

export function pemOf({ der }: Certificate): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
