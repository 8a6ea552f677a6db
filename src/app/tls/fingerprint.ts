/**
 * Fingerprints of hellos: JA3 and JA3S (MD5 of numbers in the order in which they came) and JA4 (FoxIO's specification of
 * the TLS client fingerprint, the part under the BSD licence).
 */
import { hashHex } from '../crypto.ts';
import type { ClientHello } from './client-hello.ts';
import { Extension } from './names.ts';
import type { ServerHello } from './server-hello.ts';
import { isGrease } from './suites.ts';

const real = (values: readonly number[]): readonly number[] =>
  values.some(isGrease) ? values.filter((value) => !isGrease(value)) : values;
const dashed = (values: readonly number[]): string => real(values).join('-');

export function ja3(hello: ClientHello): string {
  const { version, suites, extensions, groups, pointFormats } = hello;
  return md5(`${version},${dashed(suites)},${dashed(extensions)},${dashed(groups)},${pointFormats.join('-')}`);
}

export const ja3s = ({ legacyVersion, suite, extensions }: ServerHello): string =>
  md5(`${legacyVersion},${suite},${extensions.join('-')}`);

const ja4Versions = new Map([
  [0x0304, '13'],
  [0x0303, '12'],
  [0x0302, '11'],
  [0x0301, '10'],
  [0x0300, 's3'],
  [0x0002, 's2'],
  [0xfeff, 'd1'],
  [0xfefd, 'd2'],
  [0xfefc, 'd3'],
]);

/** `transport`: `t` for TLS over TCP, `d` for DTLS. */
export function ja4(hello: ClientHello, transport: 't' | 'd' = 't'): string {
  const { serverName, signatureAlgorithms } = hello;
  // Versions of DTLS count down.
  const offered = hello.versions.length > 0 ? real(hello.versions) : [hello.version];
  const version = transport === 'd' ? Math.min(...offered) : Math.max(...offered, 0);
  const suites = real(hello.suites);
  const extensions = real(hello.extensions);
  const sni = serverName !== null || extensions.includes(Extension.serverName) ? 'd' : 'i';
  const head = `${transport}${ja4Versions.get(version) ?? '00'}${sni}${twoDigits(suites.length)}${twoDigits(extensions.length)}${alpnEnds(hello.alpn[0])}`;
  const rest = extensions.filter((type) => type !== Extension.serverName && type !== Extension.alpn);
  const signatures = real(signatureAlgorithms);
  const first = short(`s${suites.join()}`, () => sortedHex(suites));
  const second = short(`e${rest.join()};${signatures.join()}`, () => {
    const names = signatures.map(fourDigits).join(',');
    return sortedHex(rest) + (names === '' ? '' : `_${names}`);
  });
  return `${head}_${first}_${second}`;
}

const NONE = '0'.repeat(12);

/** A client sends the same lists in every connection. */
const hashes = new Map<string, string>();
const MAX_HASHES = 1000;
/** Longer lists are not usual, and not worth their memory. */
const MAX_KEY = 2000;

function remembered(key: string, make: () => string): string {
  if (key.length > MAX_KEY) return make();
  let hash = hashes.get(key);
  if (hash === undefined) {
    hash = make();
    if (hashes.size >= MAX_HASHES) hashes.clear();
    hashes.set(key, hash);
  }
  return hash;
}

const md5 = (text: string): string => remembered(text, () => hashHex('md5', text));

/** Twelve digits of the SHA-256 of what `text` makes of the lists. */
const short = (key: string, text: () => string): string =>
  remembered(key, () => {
    const whole = text();
    return whole === '' ? NONE : hashHex('sha256', whole).slice(0, 12);
  });

const twoDigits = (count: number): string => String(Math.min(99, count)).padStart(2, '0');
const fourDigits = (value: number): string => value.toString(16).padStart(4, '0');
const sortedHex = (values: readonly number[]): string => values.map(fourDigits).toSorted().join(',');

/** First and last character of the first protocol; of its bytes in hexadecimal where they are not letters or digits. */
function alpnEnds(name: string | undefined): string {
  if (name === undefined || name === '') return '00';
  const [first, last] = [name[0]!, name.at(-1)!];
  const isPlain = /^[0-9A-Za-z]{2}$/.test(first + last);
  if (isPlain) return first + last;
  const digits = [...name].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return digits[0]! + digits.at(-1)!;
}
