/** What keeps a connection closed even where its secrets are known. */
import { cipherOf } from './cipher-keys.ts';
import type { Handshake } from './handshake.ts';
import { SSL3, tlsVersionOf } from './names.ts';
import { suiteParts } from './suite-parts.ts';

/** Null where secrets would open it, or nothing was chosen yet. */
export function whyNotDecrypted({ version, suite }: Handshake): string | null {
  if (version === null || suite === null) return null;
  if (version <= SSL3) return 'SSL 3.0 is not decrypted';
  if (tlsVersionOf(version) !== version) return 'DTLS is not decrypted';
  const parts = suiteParts(suite);
  if (parts === null) return 'the cipher suite is not known';
  if (parts.cipher === 'NULL' || cipherOf(parts) !== null) return null;
  return `${parts.cipher} is not decrypted`;
}
