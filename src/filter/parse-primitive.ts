/** Qualifiers and one id -> a node: `tcp src port 80`, `net 10.0.0.0/8`, `ether proto \arp`. */
import { parseIpv4, parseIpv6, parseMac, prefixMask } from './addresses.ts';
import type { Cursor } from './cursor.ts';
import { ipProtocolNamed, linkProtocolNamed } from './protocols.ts';
import { serviceNamed } from './services.ts';
import type { Direction, HostNode, Node, PortNode } from './syntax.ts';
import type { Token } from './tokens.ts';

/** The words before an id; an id without any takes those of the id before it. */
export interface Qualifiers {
  /** `link`, `ip`, `tcp` ...; undefined where none was given. */
  readonly protocol: string | undefined;
  readonly direction: Direction | undefined;
  /** undefined counts as `host`. */
  readonly type: 'host' | 'net' | 'port' | 'portrange' | 'proto' | undefined;
}

const ADDRESSES = ['an IPv4 address (192.0.2.1)', 'an IPv6 address (2001:db8::1)'];
const MACS = ['a MAC address (00:00:5e:00:53:01)'];
const PORTS = ['a number from 0 to 65535', 'a service name (http, https, domain, ssh)'];
const PORT_QUALIFIERS = new Map<string, number>([
  ['tcp', 6],
  ['udp', 17],
  ['sctp', 132],
]);

export const startsId = (token: Token): boolean =>
  token.kind === 'name' ||
  token.kind === 'number' ||
  token.kind === 'ipv4' ||
  token.kind === 'ipv6' ||
  token.kind === 'mac';

/** What may stand after these qualifiers, for an error. */
export function expectedIds(q: Qualifiers): readonly string[] {
  if (q.type === 'port') return PORTS;
  if (q.type === 'portrange') return ['a range (6000-6008)'];
  if (q.type === 'proto') return ['a protocol number', 'a protocol name (\\tcp, \\icmp, \\arp)'];
  return q.protocol === 'link' ? MACS : ADDRESSES;
}

export function parseId(cursor: Cursor, q: Qualifiers): Node {
  const token = cursor.token;
  if (q.type === 'port') return portNode(cursor, q);
  if (q.type === 'portrange') return rangeNode(cursor, q);
  if (q.type === 'proto') return protocolNode(cursor, q);
  if (q.protocol === 'link') return macNode(cursor, q);
  if (token.kind === 'mac') {
    throw cursor.fail(token, `MAC address '${token.text}' without ether`, ['ether host', 'ether src', 'ether dst']);
  }
  if (token.kind === 'ipv6') return host6Node(cursor, q);
  if (token.kind === 'ipv4' || token.kind === 'number') return hostNode(cursor, q);
  if (token.kind === 'name') {
    throw cursor.fail(token, `names are not looked up: '${token.text}'`, ADDRESSES);
  }
  throw cursor.unexpected(expectedIds(q));
}

function macNode(cursor: Cursor, q: Qualifiers): Node {
  const token = cursor.next();
  if (token.kind !== 'mac') {
    if (token.kind === 'name') throw cursor.fail(token, `names are not looked up: '${token.text}'`, MACS);
    throw cursor.fail(token, `'${token.text}' is not a link-layer address`, MACS);
  }
  if (q.type === 'net') throw cursor.fail(token, "'net' does not apply to a MAC address", ['ether host']);
  return { kind: 'mac', direction: q.direction ?? 'or', ...parseMac(token.text), place: cursor.place(token) };
}

function hostNode(cursor: Cursor, q: Qualifiers): Node {
  const first = cursor.next();
  const within = layersOf(cursor, q, first);
  const start = { kind: 'host', within, direction: q.direction ?? 'or' } as const;
  if (first.kind === 'number') return { ...start, ...bareNumber(first.value, q), place: cursor.place(first) };
  const address = ipv4(cursor, first);
  const value = address.value << (32 - address.bits);
  const mask = maskAfter(cursor, q, first);
  if (mask === undefined) {
    return { ...start, address: value, mask: prefixMask(address.bits), place: cursor.place(first) };
  }
  const place = cursor.place(first, cursor.at(cursor.index - 1));
  if ((value & ~mask) !== 0) throw cursor.fail(place, `non-network bits set in '${place.found}'`, []);
  return { ...start, address: value, mask, place };
}

/** `net 10` is 10.0.0.0/8, but `host 10` is 0.0.0.10 and `net 0` is the address 0.0.0.0: as libpcap has it. */
function bareNumber(value: number, q: Qualifiers): Pick<HostNode, 'address' | 'mask'> {
  let address = value | 0;
  let mask = -1;
  while (q.type === 'net' && address !== 0 && address >>> 24 === 0) {
    address <<= 8;
    mask <<= 8;
  }
  return { address, mask };
}

/** `/8` or `mask 255.0.0.0` after an address; only nets have one. */
function maskAfter(cursor: Cursor, q: Qualifiers, address: Token): number | undefined {
  const isPrefix = cursor.is('/');
  if (!isPrefix && !cursor.is('mask')) return undefined;
  if (q.type !== 'net') {
    const problem = `a mask after '${address.text}' needs net`;
    throw cursor.fail(cursor.token, problem, [
      `${q.direction === undefined ? '' : `${directionText(q.direction)} `}net`,
    ]);
  }
  cursor.next();
  const token = cursor.next();
  if (isPrefix) return prefixMask(prefixLength(cursor, token, 32));
  if (token.kind !== 'ipv4') throw cursor.unexpected(['a mask (255.255.0.0)'], token);
  const mask = ipv4(cursor, token);
  return mask.value << (32 - mask.bits);
}

const directionText = (direction: Direction): string =>
  direction === 'or' || direction === 'and' ? `src ${direction} dst` : direction;

function prefixLength(cursor: Cursor, token: Token, most: number): number {
  if (token.kind !== 'number') throw cursor.unexpected([`a prefix length (0 to ${most})`], token);
  if (token.value > most) throw cursor.fail(token, `prefix length ${token.text} is above ${most}`, [`0 to ${most}`]);
  return token.value;
}

function ipv4(cursor: Cursor, token: Token): { value: number; bits: number } {
  const address = parseIpv4(token.text);
  if (address === undefined)
    throw cursor.fail(token, `'${token.text}' is not an IPv4 address`, ['four numbers from 0 to 255']);
  return address;
}

function layersOf(cursor: Cursor, q: Qualifiers, token: Token): HostNode['within'] {
  if (q.protocol === undefined) return ['ip', 'arp', 'rarp'];
  if (q.protocol === 'ip' || q.protocol === 'arp' || q.protocol === 'rarp') return [q.protocol];
  throw cursor.fail(token, `'${q.protocol}' does not apply to the IPv4 address '${token.text}'`, ['ip', 'arp', 'rarp']);
}

function host6Node(cursor: Cursor, q: Qualifiers): Node {
  const first = cursor.next();
  if (q.protocol !== undefined && q.protocol !== 'ip6') {
    throw cursor.fail(first, `'${q.protocol}' does not apply to the IPv6 address '${first.text}'`, ['ip6']);
  }
  const words = parseIpv6(first.text);
  if (words === undefined) throw cursor.fail(first, `'${first.text}' is not an IPv6 address`, []);
  const bits = cursor.take('/') ? prefixLength(cursor, cursor.next(), 128) : 128;
  const masks = [0, 32, 64, 96].map((from) => prefixMask(Math.min(32, bits - from)));
  const place = cursor.place(first, cursor.at(cursor.index - 1));
  if (words.some((word, i) => (word & ~(masks[i] ?? 0)) !== 0)) {
    throw cursor.fail(place, `non-network bits set in '${place.found}'`, []);
  }
  return { kind: 'host6', direction: q.direction ?? 'or', words, masks, place };
}

function portNode(cursor: Cursor, q: Qualifiers): PortNode {
  const token = cursor.next();
  const port = portOf(cursor, q, token, token.text, token.at);
  return portTest(cursor, q, token, port.transport, port.number, port.number);
}

/** `6000-6008` is one word to the tokenizer; a single port is a range of one; ends may come in either order. */
function rangeNode(cursor: Cursor, q: Qualifiers): PortNode {
  const token = cursor.next();
  const dash = token.kind === 'name' ? rangeDash(token.text) : -1;
  if (dash < 0) {
    if (token.kind !== 'number') throw cursor.unexpected(expectedIds(q), token);
    const { number } = portOf(cursor, q, token, token.text, token.at);
    return portTest(cursor, q, token, PORT_QUALIFIERS.get(q.protocol ?? ''), number, number);
  }
  const a = portOf(cursor, q, token, token.text.slice(0, dash), token.at);
  const b = portOf(cursor, q, token, token.text.slice(dash + 1), token.at + dash + 1);
  const transport = a.transport === b.transport ? a.transport : undefined;
  return portTest(cursor, q, token, transport, Math.min(a.number, b.number), Math.max(a.number, b.number));
}

/** Service names hold dashes themselves: the dash of the range is the first one that leaves two ports. */
function rangeDash(text: string): number {
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    if ([text.slice(0, dash), text.slice(dash + 1)].every((end) => /^[0-9]+$/.test(end) || serviceNamed(end)))
      return dash;
  }
  return text.indexOf('-');
}

function portTest(
  cursor: Cursor,
  q: Qualifiers,
  token: Token,
  transport: number | undefined,
  low: number,
  high: number,
): PortNode {
  return { kind: 'port', transport, direction: q.direction ?? 'or', low, high, place: cursor.place(token) };
}

interface Port {
  readonly number: number;
  readonly transport: number | undefined;
}

function portOf(cursor: Cursor, q: Qualifiers, token: Token, text: string, at: number): Port {
  const wanted = PORT_QUALIFIERS.get(q.protocol ?? '');
  if (q.protocol !== undefined && wanted === undefined) {
    throw cursor.fail(token, `'${q.protocol}' has no ports`, ['tcp', 'udp', 'sctp']);
  }
  const place = { at, length: Math.max(1, text.length), found: text };
  const digits = token.kind === 'number' ? token.value : /^[0-9]+$/.test(text) ? Number(text) : undefined;
  if (digits === undefined) return servicePort(cursor, wanted, token, place);
  if (digits > 65535) throw cursor.fail(place, `port ${text} is above 65535`, PORTS);
  return { number: digits, transport: wanted };
}

function servicePort(
  cursor: Cursor,
  wanted: number | undefined,
  token: Token,
  place: { at: number; length: number; found: string },
): Port {
  if (token.kind !== 'name') throw cursor.unexpected(PORTS, token);
  const service = serviceNamed(place.found);
  if (service === undefined) throw cursor.fail(place, `unknown port '${place.found}'`, PORTS);
  const own = PORT_QUALIFIERS.get(service.transport);
  if (own !== undefined && wanted !== undefined && own !== wanted) {
    throw cursor.fail(place, `port '${place.found}' is ${service.transport}`, [
      `port ${service.port}`,
      service.transport,
    ]);
  }
  return { number: service.port, transport: wanted ?? own };
}

/** libpcap wants keywords escaped (`ip proto \tcp`); the bare word can mean nothing else here and is taken too. */
function protocolNode(cursor: Cursor, q: Qualifiers): Node {
  const token = cursor.next();
  const place = cursor.place(token);
  if (token.kind !== 'number' && token.kind !== 'name' && token.kind !== 'word')
    throw cursor.unexpected(expectedIds(q), token);
  if (q.protocol === 'link') {
    const protocol = token.kind === 'number' ? token.value : linkProtocolNamed(token.text);
    if (protocol === undefined)
      throw cursor.fail(token, `unknown link-layer protocol '${token.text}'`, ['a number', '\\ip', '\\ip6', '\\arp']);
    if (protocol > 0xffff) throw cursor.fail(token, `link-layer protocol ${token.text} is above 65535`, []);
    return { kind: 'linkProtocol', protocol, place };
  }
  const over = q.protocol ?? 'both';
  if (over !== 'ip' && over !== 'ip6' && over !== 'both') {
    const why = over === 'iso' ? 'is not supported' : 'has no meaning';
    throw cursor.fail(token, `'${over} proto' ${why}`, ['ether proto', 'ip proto', 'ip6 proto', 'proto']);
  }
  const protocol = token.kind === 'number' ? token.value : ipProtocolNamed(token.text);
  if (protocol === undefined)
    throw cursor.fail(token, `unknown protocol '${token.text}'`, ['a number', '\\tcp', '\\udp', '\\icmp']);
  if (protocol > 255) throw cursor.fail(token, `IP protocol ${token.text} is above 255`, ['0 to 255']);
  return { kind: 'ipProtocol', over, protocol, place };
}
