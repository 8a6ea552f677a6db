/** SSH_MSG_KEXINIT and what the two of them agree on (RFC 4253 section 7.1). */
import { hashHex } from '../crypto.ts';
import { Cursor, latin1 } from '../cursor.ts';
import { MAX_NAMES } from './limits.ts';

/** The name-lists in the order of the message. */
export const listNames = [
  'kex',
  'hostKey',
  'cipherToServer',
  'cipherToClient',
  'macToServer',
  'macToClient',
  'compressionToServer',
  'compressionToClient',
  'languageToServer',
  'languageToClient',
] as const;
export type ListName = (typeof listNames)[number];

export interface KexInit {
  readonly lists: Readonly<Record<ListName, readonly string[]>>;
  /** As they came, for fingerprints. */
  readonly texts: Readonly<Record<ListName, string>>;
  /** A packet of the key exchange follows that rests on a guess. */
  readonly guesses: boolean;
  readonly malformed: boolean;
}

/** `payload` begins with the message number. */
export function readKexInit(payload: Uint8Array): KexInit {
  // Behind the number stand 16 random bytes.
  const c = new Cursor(payload, 17);
  const lists: Partial<Record<ListName, string[]>> = {};
  const texts: Partial<Record<ListName, string>> = {};
  for (const name of listNames) {
    const text = latin1(c.vector(4));
    texts[name] = text;
    lists[name] = text === '' ? [] : text.split(',').slice(0, MAX_NAMES);
  }
  const guesses = c.uint(1) !== 0;
  c.uint(4);
  return {
    lists: lists as Record<ListName, string[]>,
    texts: texts as Record<ListName, string>,
    guesses,
    malformed: c.failed || c.left > 0,
  };
}

/** What both agreed on; null where the lists share nothing. A MAC is `implicit` where the cipher authenticates. */
export type Algorithms = Readonly<Record<ListName, string | null>>;

export function negotiate(client: KexInit, server: KexInit): Algorithms {
  const chosen: Partial<Record<ListName, string | null>> = {};
  for (const name of listNames) {
    const offered = client.lists[name].filter((each) => !isSignal(each));
    chosen[name] = offered.find((each) => server.lists[name].includes(each)) ?? null;
  }
  for (const way of ['ToServer', 'ToClient'] as const) {
    if (isAead(chosen[`cipher${way}`] ?? '')) chosen[`mac${way}`] = 'implicit';
  }
  return chosen as Algorithms;
}

/** Lists without a common name that end the connection; languages may stay without. */
export const missingLists = (algorithms: Algorithms): ListName[] =>
  listNames.filter((name) => !name.startsWith('language') && algorithms[name] === null);

/** RFC 8308 section 2.1, and OpenSSH's strict key exchange: names that only say what their sender knows. */
const isSignal = (name: string): boolean => /^ext-info-[cs]$|^kex-strict-[cs]-v00@openssh\.com$/.test(name);

const isAead = (cipher: string): boolean => /gcm|^chacha20-poly1305|^AEAD_/i.test(cipher);

/** Both ends ask for it (OpenSSH PROTOCOL, section 1.10). */
export const isStrict = (client: KexInit, server: KexInit): boolean =>
  client.lists.kex.includes('kex-strict-c-v00@openssh.com') &&
  server.lists.kex.includes('kex-strict-s-v00@openssh.com');

/** RFC 4253 section 7: a guess was right when both ends name the same first algorithms. */
export const isGuessRight = (a: KexInit, b: KexInit): boolean =>
  a.lists.kex[0] === b.lists.kex[0] && a.lists.hostKey[0] === b.lists.hostKey[0];

/** HASSH: MD5 over what a client, or a server, lists for its own direction. */
export function hassh({ texts: t }: KexInit, isServer: boolean): string {
  const parts = isServer
    ? [t.kex, t.cipherToClient, t.macToClient, t.compressionToClient]
    : [t.kex, t.cipherToServer, t.macToServer, t.compressionToServer];
  return hashHex('md5', parts.join(';'));
}

export const kexKinds = [
  'dh',
  'dh-group-exchange',
  'ecdh',
  'curve25519',
  'curve448',
  'sntrup761',
  'mlkem',
  'gss',
  'rsa',
  'other',
] as const;
export type KexKind = (typeof kexKinds)[number];

export function kexKind(name: string): KexKind {
  if (name.startsWith('gss-')) return 'gss';
  if (name.startsWith('mlkem')) return 'mlkem';
  if (name.startsWith('sntrup761')) return 'sntrup761';
  if (name.startsWith('curve25519')) return 'curve25519';
  if (name.startsWith('curve448')) return 'curve448';
  if (name.startsWith('ecdh-')) return 'ecdh';
  if (name.startsWith('diffie-hellman-group-exchange')) return 'dh-group-exchange';
  if (name.startsWith('diffie-hellman-group')) return 'dh';
  return name.startsWith('rsa') ? 'rsa' : 'other';
}
