/** Nodes -> filter text with every parenthesis written out: what the parser understood, in words. */
import type { Arithmetic, Direction, HostNode, Host6Node, Node, PortNode } from '../../src/filter/syntax.ts';

export function printNode(node: Node): string {
  switch (node.kind) {
    case 'chain':
      return node.terms.map((term, i) => `${i === 0 ? '' : ` ${node.operators[i - 1]} `}(${printNode(term)})`).join('');
    case 'not':
      return `not (${printNode(node.term)})`;
    case 'linkProtocol':
      return `ether proto ${node.protocol}`;
    case 'ipProtocol':
      return `${node.over === 'both' ? '' : `${node.over} `}proto ${node.protocol}`;
    case 'host':
      return printHost(node);
    case 'host6':
      return printHost6(node);
    case 'mac':
      return `ether ${direction(node.direction)} host ${mac(node.high, node.low)}`;
    case 'port':
      return printPort(node);
    case 'group':
      return `${node.level === 'link' ? 'ether' : node.level} ${node.cast}`;
    case 'length':
      return `${node.atLeast ? 'greater' : 'less'} ${node.bytes}`;
    case 'shift':
      return node.id === undefined ? node.by : `${node.by} ${node.id}`;
    case 'relation':
      return `${printArithmetic(node.left)} ${node.operator} ${printArithmetic(node.right)}`;
  }
}

const direction = (value: Direction): string => (value === 'or' || value === 'and' ? `src ${value} dst` : value);
const ipv4 = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');

function printHost(node: HostNode): string {
  const layer = node.within.length === 1 ? `${node.within[0]} ` : '';
  return `${layer}${direction(node.direction)} net ${ipv4(node.address)} mask ${ipv4(node.mask)}`;
}

function printHost6({ direction: ends, words, masks }: Host6Node): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]).map((group) => group.toString(16));
  const bits = masks.reduce((sum, mask) => sum + Math.clz32(~mask), 0);
  return `ip6 ${direction(ends)} net ${groups.join(':')}/${bits}`;
}

function mac(high: number, low: number): string {
  const hex = high.toString(16).padStart(4, '0') + (low >>> 0).toString(16).padStart(8, '0');
  return hex.replace(/(..)(?=.)/g, '$1:');
}

function printPort({ transport, direction: ends, low, high }: PortNode): string {
  const name = { 6: 'tcp ', 17: 'udp ', 132: 'sctp ' }[transport ?? 0] ?? '';
  return `${name}${direction(ends)} portrange ${low}-${high}`;
}

function printArithmetic(node: Arithmetic): string {
  switch (node.kind) {
    case 'number':
      return String(node.value >>> 0);
    case 'len':
      return 'len';
    case 'negate':
      return `(- ${printArithmetic(node.operand)})`;
    case 'binary':
      return `(${printArithmetic(node.left)} ${node.operator} ${printArithmetic(node.right)})`;
    case 'load':
      return `${node.protocol}[${printArithmetic(node.index)} : ${node.size}]`;
  }
}
