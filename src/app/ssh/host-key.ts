/** A server's host key as its blob (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4): type, size, fingerprints. */
import { hashBase64, hashHex } from '../crypto.ts';
import { Cursor, latin1 } from '../cursor.ts';
import { bitLength } from '../tls/key-exchange.ts';

export interface HostKey {
  readonly type: string;
  readonly bits: number | null;
  /** As ssh-keygen prints them. */
  readonly sha256: string;
  readonly md5: string;
  /** Base64 of the blob: how known_hosts writes it. */
  readonly blob: string;
}

/** A longer type is none. */
const MAX_TYPE = 100;

export function readHostKey(blob: Uint8Array): HostKey {
  const c = new Cursor(blob);
  const type = latin1(c.vector(4).subarray(0, MAX_TYPE));
  const isCertificate = type.includes('-cert-v01@');
  // A certificate has a nonce before the key (OpenSSH PROTOCOL.certkeys).
  if (isCertificate) c.vector(4);
  const from = c.at;
  const bits = bitsOf(type, c);
  const plain = isCertificate ? plainKey(type, blob, from) : blob;
  return {
    type,
    bits,
    sha256: `SHA256:${hashBase64('sha256', plain).replace(/=+$/, '')}`,
    md5: `MD5:${hashHex('md5', plain).replaceAll(/(..)(?=.)/g, '$1:')}`,
    blob: Buffer.from(blob).toString('base64'),
  };
}

/** The key in a certificate as a blob of its own: fingerprints are made of that. */
function plainKey(type: string, blob: Uint8Array, from: number): Uint8Array {
  const name = type.slice(0, type.indexOf('-cert-v01@'));
  const c = new Cursor(blob, from);
  const fields = name === 'ssh-rsa' || name.startsWith('ecdsa') ? 2 : name === 'ssh-dss' ? 4 : 1;
  for (let i = 0; i < fields; i++) c.vector(4);
  const key = blob.subarray(from, c.at);
  const plain = new Uint8Array(4 + name.length + key.length);
  plain[3] = name.length;
  plain.set(new TextEncoder().encode(name), 4);
  plain.set(key, 4 + name.length);
  return plain;
}

function bitsOf(type: string, c: Cursor): number | null {
  if (type.startsWith('ssh-rsa')) {
    c.vector(4);
    return bitLength(c.vector(4));
  }
  if (type.startsWith('ssh-dss')) return bitLength(c.vector(4));
  if (type.includes('ed25519')) return 256;
  if (type.includes('ed448')) return 456;
  const [, curve] = /nistp(\d+)/.exec(type) ?? [];
  return curve === undefined ? null : Number(curve);
}
