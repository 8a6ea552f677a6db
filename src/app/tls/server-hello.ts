/** ServerHello and HelloRetryRequest (RFC 8446 sections 4.1.3 and 4.1.4, RFC 5246 section 7.4.1.3): bytes -> what was chosen. */
import { Cursor, toHex } from '../cursor.ts';
import { readNames } from './client-hello.ts';
import { Extension, TLS12, isTls13 } from './names.ts';

/** RFC 8446 section 4.1.3: the SHA-256 of "HelloRetryRequest" in place of a random. */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';
/** RFC 8446 section 4.1.3: what a server of TLS 1.3 ends its random with when it is talked into less. */
const DOWNGRADE_TO_12 = '444f574e47524401';
const DOWNGRADE_TO_11 = '444f574e47524400';

export interface ServerHello {
  /** The version that was chosen: `supported_versions`, else the version field. */
  version: number;
  legacyVersion: number;
  random: string;
  sessionId: string;
  suite: number;
  compression: number;
  extensions: number[];
  alpn: string | null;
  /** Group of the key share, or the one that is asked for in a retry; null where there is none. */
  group: number | null;
  /** A pre-shared key was taken. */
  psk: boolean;
  retry: boolean;
  /** The version that the end of the random says the server was pushed down to; null for none. */
  downgrade: 'TLS 1.2' | 'TLS 1.1' | null;
  malformed: boolean;
}

export function readServerHello(body: Uint8Array): ServerHello {
  const c = new Cursor(body);
  const version = c.uint(2);
  const hello: ServerHello = {
    version,
    legacyVersion: version,
    random: toHex(c.take(32)),
    // TLS 1.3 had no session id here up to draft 21 (draft-ietf-tls-tls13-22 section 4.1.3).
    sessionId: isTls13(version) ? '' : toHex(c.vector(1)),
    suite: c.uint(2),
    compression: isTls13(version) ? 0 : c.uint(1),
    extensions: [],
    alpn: null,
    group: null,
    psk: false,
    retry: false,
    downgrade: null,
    malformed: false,
  };
  hello.retry = hello.random === RETRY_RANDOM;
  if (c.left > 0) readExtensions(c, hello);
  hello.downgrade = sentinel(hello);
  hello.malformed ||= c.failed || c.left > 0;
  return hello;
}

function sentinel({ random, version }: ServerHello): ServerHello['downgrade'] {
  if (version > TLS12) return null;
  if (random.endsWith(DOWNGRADE_TO_12)) return 'TLS 1.2';
  return random.endsWith(DOWNGRADE_TO_11) ? 'TLS 1.1' : null;
}

function readExtensions(c: Cursor, hello: ServerHello): void {
  const list = c.inner(2);
  while (list.left > 0 && !list.failed) {
    const type = list.uint(2);
    const body = list.inner(2);
    if (list.failed) break;
    hello.extensions.push(type);
    readExtension(type, body, hello);
    hello.malformed ||= body.failed;
  }
  hello.malformed ||= list.failed;
}

function readExtension(type: number, c: Cursor, hello: ServerHello): void {
  switch (type) {
    case Extension.supportedVersions:
      hello.version = c.uint(2);
      break;
    case Extension.keyShare:
      hello.group = c.uint(2);
      break;
    case Extension.preSharedKey:
      hello.psk = true;
      break;
    case Extension.alpn:
      hello.alpn = readNames(c.inner(2))[0] ?? null;
      break;
  }
}

/** EncryptedExtensions, RFC 8446 section 4.3.1: the protocol that was chosen, and whether early data was taken. */
export function readEncryptedExtensions(body: Uint8Array): { alpn: string | null; earlyData: boolean } {
  const list = new Cursor(body).inner(2);
  const found = { alpn: null as string | null, earlyData: false };
  while (list.left > 0 && !list.failed) {
    const type = list.uint(2);
    const extension = list.inner(2);
    if (type === Extension.alpn) found.alpn = readNames(extension.inner(2))[0] ?? null;
    if (type === Extension.earlyData && !list.failed) found.earlyData = true;
  }
  return found;
}
