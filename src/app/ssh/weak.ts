/** Algorithms of SSH that should not be in use any more, and why. */
import type { Algorithms, ListName } from './kexinit.ts';

const weak: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^diffie-hellman-group1-sha1$/, 'its group of 1024 bits can be broken (Logjam)'],
  [/^diffie-hellman-group-exchange-sha1$|^diffie-hellman-group14-sha1$|^gss-.*-sha1-/, 'it rests on SHA-1 (RFC 9142)'],
  [/^rsa1024-sha1$/, 'its key of 1024 bits is too short (RFC 9142)'],
  [/^ssh-dss/, 'DSA keys have 1024 bits (RFC 8332 and OpenSSH dropped them)'],
  [/^ssh-rsa(-cert-v0[01]@openssh\.com)?$/, 'its signatures use SHA-1 (RFC 8332)'],
  [/^(arcfour|arcfour128|arcfour256)$/, 'RC4 is broken (RFC 8758)'],
  [/^(3des|blowfish|cast128|idea)-/, 'its blocks of 64 bits repeat (Sweet32)'],
  [/-cbc$|^rijndael-cbc@/, 'CBC in SSH lets plaintext be recovered (CVE-2008-5161)'],
  [/^des-cbc/, 'keys of 56 bits can be tried'],
  [/^none$/, 'nothing is encrypted or authenticated'],
  [/^hmac-md5/, 'it rests on MD5'],
  [/^hmac-sha1/, 'it rests on SHA-1'],
  [/^umac-64/, 'its tag of 64 bits is short'],
];

/** Only what somebody can act on: SHA-1 in a MAC and short tags are not broken by it. */
const MILD = new Set(['it rests on SHA-1', 'its tag of 64 bits is short', 'it rests on MD5']);

export interface WeakAlgorithm {
  readonly list: ListName;
  readonly name: string;
  readonly why: string;
  /** Nobody can break it in practice yet. */
  readonly mild: boolean;
}

/** What was agreed on and is weak. Compression `none` is no weakness. */
export function weakAlgorithms(algorithms: Algorithms): WeakAlgorithm[] {
  const found: WeakAlgorithm[] = [];
  for (const [list, name] of Object.entries(algorithms) as [ListName, string | null][]) {
    if (name === null || list.startsWith('compression') || list.startsWith('language')) continue;
    const [, why] = weak.find(([pattern]) => pattern.test(name)) ?? [];
    if (why !== undefined) found.push({ list, name, why, mild: MILD.has(why) });
  }
  return found;
}
