/**
 * Arithmetic and relations: `tcp[tcpflags] & tcp-syn != 0`.
 * Binding, loosest first: | & shifts + - * /. The operators % and ^ have no rank in libpcap's grammar (1.10): they bind
 * at once and their right side reaches as far as it can, so `7 % 3 + 1` is `7 % (3 + 1)`. The same here.
 */
import { calculate } from './calculate.ts';
import type { Cursor } from './cursor.ts';
import type { Token } from './tokens.ts';
import type { Arithmetic, Node, Operator, Relation } from './syntax.ts';
import { protocolWord, refusal } from './words.ts';

const RANK = new Map<string, number>([
  ['|', 1],
  ['&', 2],
  ['<<', 3],
  ['>>', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
]);
const MINUS_RANK = 6;
const UNRANKED = new Set(['%', '^']);
/** Every operator of a sum takes stack when it is evaluated; libpcap has registers for far fewer. */
const MAX_TERMS = 500;
const RELATIONS = new Set(['>', '<', '>=', '<=', '=', '!=']);
const OPERATORS = [...RANK.keys(), ...UNRANKED];
const VALUES = ['a number', 'len', 'PROTO[OFFSET]', '(', '-'];

/** Layers whose bytes can be read; libpcap reads no others. */
const READABLE = new Set(
  'link ip ip6 arp rarp tcp udp sctp icmp icmp6 igmp igrp pim vrrp carp atalk decnet lat sca moprc mopdl'.split(' '),
);

/** True where a value, not a test, begins at token `index`. */
export function startsArithmetic(cursor: Cursor, index: number): boolean {
  const token = cursor.at(index);
  if (token.kind === 'number') return continuesArithmetic(afterParentheses(cursor, index + 1));
  if (cursor.is('-', token) || cursor.is('len', token) || cursor.is('length', token)) return true;
  if (cursor.is('(', token)) {
    const close = cursor.closing.get(index);
    return close !== undefined && continuesArithmetic(cursor.at(close + 1));
  }
  return token.kind === 'word' && protocolWord(token.text) !== undefined && cursor.is('[', cursor.at(index + 1));
}

/** `(80) or ...` is a port, `(80) + 1 > len` arithmetic: what follows the closing parentheses decides. */
function afterParentheses(cursor: Cursor, index: number): Token {
  let i = index;
  while (cursor.is(')', cursor.at(i))) i++;
  return cursor.at(i);
}

const continuesArithmetic = (token: Token): boolean =>
  token.kind === 'sign' && (RELATIONS.has(token.text) || RANK.has(token.text) || UNRANKED.has(token.text));

export function parseRelation(cursor: Cursor): Node {
  const first = cursor.token;
  const left = parseArithmetic(cursor, 0);
  const operator = cursor.token;
  if (operator.kind !== 'sign' || !RELATIONS.has(operator.text)) {
    throw cursor.unexpected([...RELATIONS, ...OPERATORS]);
  }
  cursor.next();
  const right = parseArithmetic(cursor, 0);
  const place = cursor.place(first, cursor.at(cursor.index - 1));
  return { kind: 'relation', operator: operator.text as Relation, left, right, place };
}

function parseArithmetic(cursor: Cursor, minRank: number): Arithmetic {
  let left = parseValue(cursor);
  for (let terms = 1; ; terms++) {
    const token = cursor.token;
    if (token.kind !== 'sign') return left;
    const rank = UNRANKED.has(token.text) ? Infinity : (RANK.get(token.text) ?? -1);
    if (rank < Math.max(minRank, 0)) return left;
    if (terms > MAX_TERMS) throw cursor.fail(token, `more than ${MAX_TERMS} values in one sum`, []);
    cursor.next();
    const right = cursor.deeper(() => parseArithmetic(cursor, rank === Infinity ? 0 : rank + 1));
    left = combine(cursor, token, left, right);
  }
}

function parseValue(cursor: Cursor): Arithmetic {
  const token = cursor.next();
  if (token.kind === 'number') return { kind: 'number', value: token.value | 0 };
  if (cursor.is('len', token) || cursor.is('length', token)) return { kind: 'len' };
  if (cursor.is('-', token)) return negate(cursor.deeper(() => parseArithmetic(cursor, MINUS_RANK)));
  if (cursor.is('(', token)) {
    const value = cursor.deeper(() => parseArithmetic(cursor, 0));
    cursor.expectSign(')', OPERATORS);
    return value;
  }
  const protocol = token.kind === 'word' ? protocolWord(token.text) : undefined;
  if (protocol !== undefined) return parseLoad(cursor, token, protocol);
  if (token.kind === 'word' && refusal(token.text) !== undefined) throw cursor.refuse(token);
  throw cursor.unexpected(VALUES, token);
}

function parseLoad(cursor: Cursor, word: Token, protocol: string): Arithmetic {
  cursor.expectSign('[');
  if (!READABLE.has(protocol)) {
    const problem = `the bytes of '${word.text}' cannot be read`;
    throw cursor.fail(word, problem, ['ether', 'ip', 'ip6', 'arp', 'tcp', 'udp', 'icmp', 'icmp6', 'sctp', 'igmp']);
  }
  const index = cursor.deeper(() => parseArithmetic(cursor, 0));
  const size = cursor.take(':') ? parseSize(cursor) : 1;
  cursor.expectSign(']', [':', ...OPERATORS]);
  return { kind: 'load', protocol, index, size, place: cursor.place(word, cursor.at(cursor.index - 1)) };
}

function parseSize(cursor: Cursor): 1 | 2 | 4 {
  const token = cursor.next();
  if (token.kind !== 'number') throw cursor.unexpected(['1', '2', '4'], token);
  if (token.value === 1 || token.value === 2 || token.value === 4) return token.value;
  throw cursor.fail(token, `size ${token.text} cannot be read`, ['1', '2', '4']);
}

function negate(operand: Arithmetic): Arithmetic {
  return operand.kind === 'number' ? { kind: 'number', value: -operand.value | 0 } : { kind: 'negate', operand };
}

function combine(cursor: Cursor, token: Token, left: Arithmetic, right: Arithmetic): Arithmetic {
  const operator = token.text as Operator;
  if (right.kind === 'number') {
    if ((operator === '/' || operator === '%') && right.value === 0) throw cursor.fail(token, 'division by zero', []);
    if ((operator === '<<' || operator === '>>') && right.value >>> 0 > 31) {
      throw cursor.fail(token, 'shift by more than 31 bits', ['0 to 31']);
    }
    if (left.kind === 'number') return { kind: 'number', value: calculate(operator, left.value, right.value) };
  }
  return { kind: 'binary', operator, left, right };
}
