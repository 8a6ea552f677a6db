/**
 * Filter text -> tokens. The longest match wins, as in libpcap's scanner: `5-7`, `tcp-syn` and `a.b-c` are one word,
 * `10.0.0.1` is an address, `2:2` inside brackets is three tokens.
 */
import { FilterError } from './error.ts';
import { constantNamed, isKeyword } from './words.ts';

type TokenKind =
  | 'word' // a keyword of the language
  | 'name' // any other word, or one after a backslash
  | 'number'
  | 'ipv4'
  | 'ipv6'
  | 'mac'
  | 'sign' // an operator or a bracket
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written, but `&&`, `||`, `!`, `==` as `and`, `or`, `not`, `=`; a name without its backslash. */
  readonly text: string;
  readonly at: number;
  readonly length: number;
  /** Of a number or a named constant, unsigned 32-bit. */
  readonly value: number;
}

/** Longer text is refused: the parser's tables grow with it. tcpdump's own command lines stay far below. */
const MAX_TEXT = 65_536;

const SPACE = /[ \r\n\t]+/y;
const SIGN = /&&|\|\||>=|<=|!=|==|<<|>>|[+\-*/%:[\]!<>()&|^=]/y;
const NUMBER = /0[xX][0-9A-Fa-f]+|[0-9]+/y;
const IPV4 = /(?:0[xX][0-9A-Fa-f]+|[0-9]+)(?:\.(?:0[xX][0-9A-Fa-f]+|[0-9]+)){1,3}/y;
const COLONS = /[0-9A-Fa-f]*(?::[0-9A-Fa-f]*)+(?:\.[0-9]+)*/y;
const MAC_COLONS = /^[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}$/;
const MAC =
  /[0-9A-Fa-f]{1,2}(?:-[0-9A-Fa-f]{1,2}){5}|[0-9A-Fa-f]{1,2}(?:\.[0-9A-Fa-f]{1,2}){5}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}|[0-9A-Fa-f]{12}/y;
const NAME = /[A-Za-z0-9](?:[-_.A-Za-z0-9]*[.A-Za-z0-9])?/y;
const ESCAPED = /\\[^ !()\n\t]+/y;

const ALIASES = new Map([
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
  ['==', '='],
]);

export function tokenize(text: string): Token[] {
  if (text.length > MAX_TEXT) {
    const problem = `longer than ${MAX_TEXT} characters`;
    throw new FilterError({ text, position: MAX_TEXT, length: 1, found: '', expected: [], problem });
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    at += space.length;
    if (at >= text.length) break;
    const token = nextToken(text, at);
    tokens.push(token);
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length, length: 1, value: 0 });
  return tokens;
}

function nextToken(text: string, at: number): Token {
  const sign = matchAt(SIGN, text, at);
  if (sign !== '' && !(sign === ':' && text[at + 1] === ':')) {
    const plain = ALIASES.get(sign) ?? sign;
    return { kind: plain === sign || plain === '=' ? 'sign' : 'word', text: plain, at, length: sign.length, value: 0 };
  }
  const escaped = matchAt(ESCAPED, text, at);
  if (escaped !== '') return { kind: 'name', text: escaped.slice(1), at, length: escaped.length, value: 0 };
  return colonToken(text, at) ?? wordToken(text, at);
}

/** `::1`, `2001:db8::/32` and `1:2:3:4:5:6`; a single colon belongs to `ip[2:2]`. */
function colonToken(text: string, at: number): Token | undefined {
  const run = matchAt(COLONS, text, at);
  if (run === '') return undefined;
  const token = { text: run, at, length: run.length, value: 0 };
  if (MAC_COLONS.test(run)) return { ...token, kind: 'mac' };
  const colons = run.split(':').length - 1;
  if (run.includes('::') || colons >= 3) return { ...token, kind: 'ipv6' };
  return undefined;
}

function wordToken(text: string, at: number): Token {
  const name = matchAt(NAME, text, at);
  const mac = matchAt(MAC, text, at);
  const ipv4 = matchAt(IPV4, text, at);
  const number = matchAt(NUMBER, text, at);
  const longest = Math.max(name.length, mac.length, ipv4.length, number.length);
  if (longest === 0) throw unreadable(text, at);
  const token = { at, length: longest, value: 0 };
  if (isKeyword(name) && name.length === longest) return { ...token, kind: 'word', text: name };
  if (mac.length === longest) return { ...token, kind: 'mac', text: mac };
  if (number.length === longest)
    return { ...token, kind: 'number', text: number, value: numberValue(text, at, number) };
  if (ipv4.length === longest) return { ...token, kind: 'ipv4', text: ipv4 };
  const constant = constantNamed(name);
  if (constant !== undefined) return { ...token, kind: 'number', text: name, value: constant };
  return { ...token, kind: 'name', text: name };
}

/** Decimal, octal after 0, hexadecimal after 0x, as in C. */
function numberValue(text: string, position: number, digits: string): number {
  const octal = /^0[0-7]+$/.test(digits);
  if (!octal && /^0[0-9]+$/.test(digits)) throw badNumber(text, position, digits, 'has a digit that is not octal');
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  if (value > 0xffffffff) throw badNumber(text, position, digits, 'does not fit in 32 bits');
  return value;
}

function badNumber(text: string, position: number, found: string, why: string): FilterError {
  const problem = `number ${found} ${why}`;
  return new FilterError({ text, position, length: found.length, found, expected: [], problem });
}

function unreadable(text: string, position: number): FilterError {
  const found = String.fromCodePoint(text.codePointAt(position) ?? 0);
  const expected = ['a word', 'an address', 'a number', 'an operator'];
  return new FilterError({
    text,
    position,
    length: found.length,
    found,
    expected,
    problem: `unknown character '${found}'`,
  });
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
