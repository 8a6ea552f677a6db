/** ClientHello (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2, and SSL 2.0's in RFC 5246 appendix E.2): bytes -> what was offered. */
import { Cursor, latin1, toHex } from '../cursor.ts';
import { Extension, SSL2 } from './names.ts';

export interface ClientHello {
  /** `legacy_version`; what is really offered stands in `versions` where that is not empty. */
  version: number;
  /** Hexadecimal. */
  random: string;
  sessionId: string;
  suites: number[];
  compressions: number[];
  /** Types in the order in which they came. */
  extensions: number[];
  serverName: string | null;
  alpn: string[];
  versions: number[];
  groups: number[];
  pointFormats: number[];
  signatureAlgorithms: number[];
  /** Groups that a key came with. */
  keyShares: number[];
  pskModes: number[];
  pskIdentities: number;
  earlyData: boolean;
  /** Bytes of the session ticket, RFC 5077; null where the extension is missing. */
  ticketBytes: number | null;
  /** RFC 9849: an encrypted hello lies within, or this is a decoy for one. */
  encryptedClientHello: 'outer' | 'inner' | null;
  /** In the form of SSL 2.0. */
  ssl2: boolean;
  /** Its lengths do not add up. */
  malformed: boolean;
}

const empty = (): ClientHello => ({
  version: 0,
  random: '',
  sessionId: '',
  suites: [],
  compressions: [],
  extensions: [],
  serverName: null,
  alpn: [],
  versions: [],
  groups: [],
  pointFormats: [],
  signatureAlgorithms: [],
  keyShares: [],
  pskModes: [],
  pskIdentities: 0,
  earlyData: false,
  ticketBytes: null,
  encryptedClientHello: null,
  ssl2: false,
  malformed: false,
});

/** `body` is the message without its four bytes of header. A hello of DTLS has a cookie (RFC 6347 section 4.2.1). */
export function readClientHello(body: Uint8Array, isDtls = false): ClientHello {
  const hello = empty();
  const c = new Cursor(body);
  hello.version = c.uint(2);
  hello.random = toHex(c.take(32));
  hello.sessionId = toHex(c.vector(1));
  if (isDtls) c.vector(1);
  hello.suites = c.inner(2).list(2);
  hello.compressions = [...c.vector(1)];
  if (c.left > 0) readExtensions(c, hello);
  hello.malformed ||= c.failed || c.left > 0;
  return hello;
}

/** Without the two bytes of record header: the message type comes first. */
export function readSsl2Hello(message: Uint8Array): ClientHello {
  const hello = empty();
  const c = new Cursor(message, 1);
  hello.ssl2 = true;
  hello.version = c.uint(2);
  const [suites, session, challenge] = [c.uint(2), c.uint(2), c.uint(2)];
  // Three bytes each: a suite of SSL 3.0 and later has a zero in front.
  const list = new Cursor(c.take(suites)).list(3);
  hello.suites = list.filter((suite) => suite < 0x1_0000);
  hello.sessionId = toHex(c.take(session));
  hello.random = toHex(c.take(challenge));
  if (hello.version === 0) hello.version = SSL2;
  hello.malformed = c.failed;
  return hello;
}

function readExtensions(c: Cursor, hello: ClientHello): void {
  const list = c.inner(2);
  while (list.left > 0 && !list.failed) {
    const type = list.uint(2);
    const body = list.inner(2);
    if (list.failed) break;
    if (hello.extensions.includes(type)) hello.malformed = true;
    hello.extensions.push(type);
    readExtension(type, body, hello);
    hello.malformed ||= body.failed;
  }
  hello.malformed ||= list.failed;
}

function readExtension(type: number, c: Cursor, hello: ClientHello): void {
  switch (type) {
    case Extension.serverName:
      hello.serverName = readServerName(c);
      break;
    case Extension.alpn:
      hello.alpn = readNames(c.inner(2));
      break;
    case Extension.supportedVersions:
      hello.versions = c.inner(1).list(2);
      break;
    case Extension.groups:
      hello.groups = c.inner(2).list(2);
      break;
    case Extension.pointFormats:
      hello.pointFormats = c.inner(1).list(1);
      break;
    case Extension.signatureAlgorithms:
      hello.signatureAlgorithms = c.inner(2).list(2);
      break;
    case Extension.keyShare:
    case Extension.keyShareDraft:
      hello.keyShares = readKeyShares(c.inner(2));
      break;
    case Extension.pskModes:
      hello.pskModes = c.inner(1).list(1);
      break;
    case Extension.preSharedKey:
      hello.pskIdentities = countIdentities(c.inner(2));
      break;
    case Extension.earlyData:
      hello.earlyData = true;
      break;
    case Extension.sessionTicket:
      hello.ticketBytes = c.left;
      break;
    case Extension.encryptedClientHello:
      hello.encryptedClientHello = c.uint(1) === 0 ? 'outer' : 'inner';
      break;
  }
}

/** RFC 6066 section 3: the first name of type host_name. */
function readServerName(c: Cursor): string | null {
  const list = c.inner(2);
  while (list.left > 0) {
    const type = list.uint(1);
    const name = list.vector(2);
    if (type === 0) return latin1(name);
  }
  return null;
}

/** RFC 7301 section 3.1. */
export function readNames(list: Cursor): string[] {
  const names: string[] = [];
  while (list.left > 0) names.push(latin1(list.vector(1)));
  return names;
}

function readKeyShares(list: Cursor): number[] {
  const groups: number[] = [];
  while (list.left > 0) {
    groups.push(list.uint(2));
    list.vector(2);
  }
  return groups;
}

/** RFC 8446 section 4.2.11: an identity and the obfuscated age of its ticket. */
function countIdentities(list: Cursor): number {
  let count = 0;
  for (; list.left > 0; count++) {
    list.vector(2);
    list.uint(4);
  }
  return count;
}
