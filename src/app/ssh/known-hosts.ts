/** A known_hosts file as sshd(8) describes it: host patterns, hashed names, ports, markers; and what it says of a host key. */
import { hmacBase64 } from '../crypto.ts';
import { Cursor, latin1 } from '../cursor.ts';
import type { HostKey } from './host-key.ts';

interface KnownHost {
  readonly marker: 'cert-authority' | 'revoked' | null;
  /** `|1|salt|hash`, or patterns. */
  readonly hosts: string;
  readonly type: string;
  readonly blob: string;
  readonly line: number;
}

/**
 * `match`: the key is listed for the host. `changed`: another key of the same type is. `unknown`: none of this type is.
 * `other-name`: the host is not listed, but this very key is, under a name that the capture does not tell. `revoked`: marked so.
 */
export const knownVerdicts = ['match', 'changed', 'unknown', 'other-name', 'revoked'] as const;
export type KnownVerdict = (typeof knownVerdicts)[number];

export interface KnownJudgement {
  readonly verdict: KnownVerdict;
  /** Lines of the file that it rests on. */
  readonly lines: readonly number[];
  /** Keys of the same type that are listed for the host instead, as base64 blobs. */
  readonly listed: readonly string[];
}

const SSH_PORT = 22;

export class KnownHosts {
  readonly #all: KnownHost[] = [];
  /** Lines that are not empty, no comments, and cannot be read. */
  unreadable = 0;

  constructor(text: string) {
    for (const [i, line] of text.split('\n').entries()) this.#add(line.replace(/^[ \t]+|[ \t\r]+$/g, ''), i + 1);
  }

  #add(line: string, number: number): void {
    if (line === '' || line.startsWith('#')) return;
    const words = line.split(/[ \t]+/);
    const isMarked = line.startsWith('@');
    // A marker ends with a space: OpenSSH reads on to the next one behind a tab.
    const marker = isMarked ? (markers.find((each) => line.startsWith(`@${each} `)) ?? null) : null;
    if (marker !== null) words.shift();
    const [hosts, type, blob] = words;
    if (blob === undefined || (isMarked && marker === null) || !isKey(type!, blob)) this.unreadable++;
    else this.#all.push({ marker, hosts: hosts!, type: type!, blob, line: number });
  }

  /** Lines that were read. */
  get size(): number {
    return this.#all.length;
  }

  /** Numbers of the lines about a host: a name, or `[name]:port`. */
  linesOf(name: string): number[] {
    return this.#all.filter((host) => isListed(host, name)).map(({ line }) => line);
  }

  /** `names`: what the host may be called; addresses, since a capture tells no more. */
  judge(names: readonly string[], port: number, key: HostKey): KnownJudgement {
    const wanted = names.map((name) => (port === SSH_PORT ? name : `[${name}]:${port}`));
    const lines = new Set(wanted.flatMap((name) => this.linesOf(name)));
    const isSame = (host: KnownHost): boolean => host.blob === key.blob;
    const revoked = this.#all.filter((host) => host.marker === 'revoked' && isSame(host));
    if (revoked.length > 0) return judgement('revoked', revoked);
    const listed = this.#all.filter((host) => host.marker === null && lines.has(host.line));
    const same = listed.filter(isSame);
    if (same.length > 0) return judgement('match', same);
    const others = listed.filter(({ type }) => type === key.type);
    if (others.length > 0) return judgement('changed', others);
    const elsewhere = this.#all.filter((host) => host.marker === null && isSame(host));
    return elsewhere.length > 0 ? judgement('other-name', elsewhere) : judgement('unknown', []);
  }
}

const markers = ['cert-authority', 'revoked'] as const;

/** Base64 of the type and then the parts of a key, each with its length, and nothing else: OpenSSH compares no other. */
function isKey(type: string, blob: string): boolean {
  if (!/^[A-Za-z0-9+/]+=*$/.test(blob)) return false;
  const c = new Cursor(Buffer.from(blob, 'base64'));
  if (latin1(c.vector(4)) !== type || c.left === 0) return false;
  while (c.left > 0) c.vector(4);
  return !c.failed;
}

const judgement = (verdict: KnownVerdict, hosts: readonly KnownHost[]): KnownJudgement => ({
  verdict,
  lines: hosts.map(({ line }) => line),
  listed: verdict === 'changed' ? hosts.map(({ blob }) => blob) : [],
});

/** Whether a line is about a name. A negated pattern that fits rules the whole line out. */
function isListed({ hosts }: KnownHost, name: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = hosts.split('|');
    return hmacBase64('sha1', salt, name) === hash;
  }
  let found = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!fits(isNegated ? pattern.slice(1) : pattern, name.toLowerCase())) continue;
    if (isNegated) return false;
    found = true;
  }
  return found;
}

/** `*` and `?` in time proportional to both lengths multiplied, at worst. */
function fits(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n]) && pattern[p] !== '*') {
      p++;
      n++;
    } else if (pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
