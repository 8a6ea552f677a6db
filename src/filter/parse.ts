/**
 * Filter text -> nodes, by the grammar of pcap-filter(7).
 * "Negation has the highest precedence. Alternation and concatenation have equal precedence and associate left to
 * right", and an id without qualifiers takes the most recent ones: `not host a and b` is `not host a and host b`.
 */
import { Cursor } from './cursor.ts';
import { parseRelation, startsArithmetic } from './parse-arithmetic.ts';
import { expectedIds, parseId, startsId, type Qualifiers } from './parse-primitive.ts';
import { ETHERTYPE, linkProtocolNamed, TRANSPORTS } from './protocols.ts';
import type { Direction, Node } from './syntax.ts';
import type { Token } from './tokens.ts';
import { protocolWord, refusal } from './words.ts';

/** A node and the qualifiers that an id after it would take; undefined after a test that has none, such as `tcp`. */
interface Parsed {
  readonly node: Node;
  readonly q: Qualifiers | undefined;
}

const TYPES = ['port', 'portrange', 'host', 'net'] as const;
const QUALIFIERS = [...TYPES, 'src', 'dst'];
const JOINS = ['and', 'or'];
const STARTS = 'host net port src dst tcp udp icmp ip ip6 arp ether vlan not ('.split(' ');

/** The nodes of a filter, or undefined for an empty one. */
export function parseFilter(text: string): Node | undefined {
  const cursor = new Cursor(text);
  if (cursor.atEnd()) return undefined;
  const { node } = parseChain(cursor, undefined, parseTerm);
  if (!cursor.atEnd()) throw leftover(cursor);
  return node;
}

/** What is left over after a whole expression. After `tcp`, a qualifier could have stood there as well. */
function leftover(cursor: Cursor): Error {
  const token = cursor.token;
  if (token.kind === 'word' && refusal(token.text) !== undefined) return cursor.refuse(token);
  const before = cursor.at(cursor.index - 1);
  const afterProtocol = before.kind === 'word' && protocolWord(before.text) !== undefined;
  const couldClose = cursor.depth > 0 ? [')'] : [];
  return cursor.unexpected(afterProtocol ? [...couldClose, ...QUALIFIERS, ...JOINS, '['] : [...couldClose, ...JOINS]);
}

type ParseItem = (cursor: Cursor, inherited: Qualifiers | undefined) => Parsed;

/** Items joined by and/or; the first one is of a kind the caller knows, the others are terms or ids. */
function parseChain(
  cursor: Cursor,
  inherited: Qualifiers | undefined,
  first: ParseItem,
  rest: ParseItem = parseTermOrId,
): Parsed {
  let last = first(cursor, inherited);
  const terms = [last.node];
  const operators: ('and' | 'or')[] = [];
  while (cursor.is('and') || cursor.is('or')) {
    operators.push(cursor.next().text === 'and' ? 'and' : 'or');
    last = rest(cursor, last.q);
    terms.push(last.node);
  }
  return { node: terms.length === 1 ? last.node : { kind: 'chain', terms, operators }, q: last.q };
}

/** After `and` or `or` a bare id may stand: it takes the qualifiers of what came before. */
function parseTermOrId(cursor: Cursor, inherited: Qualifiers | undefined): Parsed {
  return isIdAhead(cursor) ? parseIds(cursor, inherited) : parseTerm(cursor, inherited);
}

/** Looks through `not` and parentheses: `not (80 or 443)` is a list of ids, `not (80 > len)` is not. */
function isIdAhead(cursor: Cursor): boolean {
  for (let i = cursor.index; ; i++) {
    if (startsArithmetic(cursor, i)) return false;
    const token = cursor.at(i);
    if (!cursor.is('(', token) && !cursor.is('not', token)) return startsId(token);
  }
}

/** An id, `not` id, or ids in parentheses, all with the same qualifiers. */
function parseIds(cursor: Cursor, q: Qualifiers | undefined): Parsed {
  if (cursor.take('not')) {
    return { node: { kind: 'not', term: cursor.deeper(() => parseIds(cursor, q)).node }, q };
  }
  if (cursor.take('(')) {
    const inner = cursor.deeper(() => parseChain(cursor, q, parseIds, parseIds));
    cursor.expectSign(')', JOINS);
    return { node: inner.node, q };
  }
  if (q === undefined) throw unqualified(cursor);
  const token = cursor.token;
  if (token.kind === 'word' && q.type !== 'proto') {
    throw refusal(token.text) === undefined ? cursor.unexpected(expectedIds(q)) : cursor.refuse(token);
  }
  return { node: parseId(cursor, q), q };
}

function unqualified(cursor: Cursor): Error {
  const token = cursor.token;
  if (token.kind === 'number') {
    return cursor.fail(token, `'${token.text}' needs a word before it`, [
      'port',
      'host',
      'net',
      'proto',
      'vlan',
      'less',
      'greater',
    ]);
  }
  if (token.kind === 'ipv4' || token.kind === 'ipv6') {
    return cursor.fail(token, `address '${token.text}' needs a word before it`, ['host', 'net', 'src', 'dst']);
  }
  if (token.kind === 'mac') {
    return cursor.fail(token, `MAC address '${token.text}' needs words before it`, [
      'ether host',
      'ether src',
      'ether dst',
    ]);
  }
  return cursor.unexpected(STARTS);
}

function parseTerm(cursor: Cursor, inherited: Qualifiers | undefined): Parsed {
  const token = cursor.token;
  if (startsArithmetic(cursor, cursor.index)) return { node: parseRelation(cursor), q: undefined };
  if (cursor.take('not')) {
    const { node, q } = cursor.deeper(() => parseTerm(cursor, inherited));
    return { node: { kind: 'not', term: node }, q };
  }
  if (cursor.take('(')) return parseParentheses(cursor, inherited);
  if (token.kind !== 'word') throw unqualified(cursor);
  if (refusal(token.text) !== undefined) throw cursor.refuse(token);
  return parsePlainTest(cursor) ?? parseQualified(cursor);
}

function parseParentheses(cursor: Cursor, inherited: Qualifiers | undefined): Parsed {
  return cursor.deeper(() => {
    const { node } = parseChain(cursor, inherited, parseTerm);
    if (!cursor.take(')')) throw leftover(cursor);
    return { node, q: inherited };
  });
}

/** Tests that have no qualifiers and pass none on. */
function parsePlainTest(cursor: Cursor): Parsed | undefined {
  const token = cursor.token;
  switch (token.text) {
    case 'less':
    case 'greater':
      cursor.next();
      return plain({
        kind: 'length',
        atLeast: token.text === 'greater',
        bytes: parseNumber(cursor, 'a number of bytes'),
      });
    case 'broadcast':
    case 'multicast':
      cursor.next();
      return plain({ kind: 'group', level: 'link', cast: token.text, place: cursor.place(token) });
    case 'pppoed':
      cursor.next();
      return plain({ kind: 'linkProtocol', protocol: ETHERTYPE.pppoeDiscovery, place: cursor.place(token) });
    case 'vlan':
    case 'mpls':
    case 'pppoes':
      return plain(parseShift(cursor, token.text));
    default:
      return undefined;
  }
}

const plain = (node: Node): Parsed => ({ node, q: undefined });

function parseNumber(cursor: Cursor, what: string): number {
  const token = cursor.next();
  if (token.kind !== 'number') throw cursor.unexpected([what], token);
  return token.value;
}

/** The widths of the id fields: IEEE 802.1Q, RFC 3032, RFC 2516. */
const SHIFTS = {
  vlan: { most: 4095, what: 'VLAN id' },
  mpls: { most: 1_048_575, what: 'MPLS label' },
  pppoes: { most: 65_535, what: 'PPPoE session id' },
} as const;

function parseShift(cursor: Cursor, by: 'vlan' | 'mpls' | 'pppoes'): Node {
  const word = cursor.next();
  if (!isNumberAhead(cursor)) return { kind: 'shift', by, id: undefined, place: cursor.place(word) };
  let open = 0;
  while (cursor.take('(')) open++;
  const token = cursor.next();
  while (open-- > 0) cursor.expectSign(')');
  const { most, what } = SHIFTS[by];
  if (token.value > most) throw cursor.fail(token, `${what} ${token.text} is above ${most}`, [`0 to ${most}`]);
  return { kind: 'shift', by, id: token.value, place: cursor.place(word, token) };
}

function isNumberAhead(cursor: Cursor): boolean {
  let i = cursor.index;
  while (cursor.is('(', cursor.at(i))) i++;
  return cursor.at(i).kind === 'number';
}

/** `[protocol] [direction] [type] id`, or a protocol alone. */
function parseQualified(cursor: Cursor): Parsed {
  const word = cursor.token;
  const protocol = protocolWord(word.text);
  if (protocol !== undefined) cursor.next();
  const direction = parseDirection(cursor);
  const type = parseType(cursor, direction);
  if (direction !== undefined || type !== undefined) {
    return parseIds(cursor, { protocol, direction, type });
  }
  if (protocol === undefined) throw cursor.unexpected(STARTS);
  if (cursor.is('broadcast') || cursor.is('multicast')) return plain(parseGroup(cursor, word, protocol));
  const refused = cursor.token.kind === 'word' && refusal(cursor.token.text) !== undefined;
  if (refused) throw cursor.refuse(cursor.token);
  return plain(protocolTest(cursor, word, protocol));
}

function parseDirection(cursor: Cursor): Direction | undefined {
  const token = cursor.token;
  if (!cursor.is('src') && !cursor.is('dst')) return undefined;
  cursor.next();
  const join = cursor.token;
  const other = token.text === 'src' ? 'dst' : 'src';
  if ((cursor.is('or') || cursor.is('and')) && cursor.is(other, cursor.peek())) {
    cursor.index += 2;
    return join.text === 'or' ? 'or' : 'and';
  }
  return token.text === 'src' ? 'src' : 'dst';
}

function parseType(cursor: Cursor, direction: Direction | undefined): Qualifiers['type'] {
  for (const type of TYPES) if (cursor.take(type)) return type;
  if (direction === undefined) return cursor.take('proto') ? 'proto' : undefined;
  if (cursor.is('proto')) throw cursor.fail(cursor.token, "'proto' has no direction", TYPES);
  if (!isIdAhead(cursor) && refusal(cursor.token.text) === undefined) {
    throw cursor.unexpected([...TYPES, 'an address']);
  }
  return undefined;
}

function parseGroup(cursor: Cursor, word: Token, protocol: string): Node {
  const cast = cursor.next();
  const place = cursor.place(word, cast);
  const isBroadcast = cast.text === 'broadcast';
  const level = protocol === 'link' || protocol === 'ip' || (protocol === 'ip6' && !isBroadcast) ? protocol : undefined;
  if (level === undefined) {
    const expected = isBroadcast
      ? ['broadcast', 'ether broadcast', 'ip broadcast']
      : ['multicast', 'ether multicast', 'ip multicast', 'ip6 multicast'];
    throw cursor.fail(place, `'${word.text} ${cast.text}' has no meaning`, expected);
  }
  return { kind: 'group', level, cast: isBroadcast ? 'broadcast' : 'multicast', place };
}

/** A protocol alone: `tcp`, `ip6`, `arp`. */
function protocolTest(cursor: Cursor, word: Token, protocol: string): Node {
  const place = cursor.place(word);
  const transport = TRANSPORTS.get(protocol);
  if (transport !== undefined) return { kind: 'ipProtocol', over: transport.over, protocol: transport.number, place };
  const link = protocol === 'link' ? undefined : linkProtocolNamed(protocol);
  if (link === undefined) throw cursor.unexpected(['host', 'src', 'dst', 'proto', 'broadcast', 'multicast', '[']);
  return { kind: 'linkProtocol', protocol: link, place };
}
