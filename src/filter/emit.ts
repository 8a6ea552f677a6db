/** Nodes -> one closure for one link type. Nodes are visited in the order of the text: `vlan` shifts what follows it. */
import { relationTest } from './emit-arithmetic.ts';
import { afterMpls, afterPppoe, afterVlan, carries, hasAddresses, onAddress } from './emit-link.ts';
import { groupTest, host6Test, hostTest, ipProtocolTest, portTest } from './emit-ip.ts';
import type { Layers } from './link.ts';
import { both, either, negation, never, type Packet, type Test } from './packet.ts';
import { ETHERTYPE } from './protocols.ts';
import type { Node } from './syntax.ts';

/** Raises an error about a node; undefined on links where a test that makes no sense is just never true. */
type Refuse = ((problem: string, node: Node) => never) | undefined;

export function emitNode(node: Node, layers: Layers, refuse: Refuse): Test {
  if (node.kind === 'chain') return emitChain(node, layers, refuse);
  if (node.kind === 'not') return negation(emitNode(node.term, layers, refuse));
  const problem = nonsense(node, layers);
  if (problem !== undefined) {
    if (refuse !== undefined) refuse(problem, node);
    return never;
  }
  return emitTest(node, layers);
}

/** Left to right with equal precedence: `a or b and c` is `(a or b) and c`. */
function emitChain(node: Node & { kind: 'chain' }, layers: Layers, refuse: Refuse): Test {
  const tests = node.terms.map((term) => emitNode(term, layers, refuse));
  if (tests.length > LONG_CHAIN) return longChain(tests, node.operators);
  return tests.reduce((left, right, i) => (node.operators[i - 1] === 'and' ? both(left, right) : either(left, right)));
}

/** Nested closures take stack per term: chains of thousands of addresses run as a loop instead. */
const LONG_CHAIN = 32;

function longChain(tests: readonly Test[], operators: readonly ('and' | 'or')[]): Test {
  const isAnd = operators.map((operator) => operator === 'and');
  return (p) => {
    let result = tests[0]!(p);
    for (let i = 1; i < tests.length; i++) {
      if (result === isAnd[i - 1]) result = tests[i]!(p);
    }
    return result;
  };
}

function emitTest(node: Exclude<Node, { kind: 'chain' | 'not' }>, layers: Layers): Test {
  switch (node.kind) {
    case 'linkProtocol':
      return carries(layers, node.protocol);
    case 'ipProtocol':
      return ipProtocolTest(layers, node.over, node.protocol);
    case 'host':
      return hostTest(layers, node);
    case 'host6':
      return host6Test(layers, node);
    case 'mac':
      return onAddress(layers, node.direction, macIs(node.high, node.low));
    case 'port':
      return portTest(layers, node);
    case 'group':
      if (node.level !== 'link') return groupTest(layers, node.level, node.cast);
      return onAddress(layers, 'dst', node.cast === 'broadcast' ? macIs(0xffff, -1) : isMulticast);
    case 'length': {
      const { bytes } = node;
      return node.atLeast ? (p) => p.wireLength >= bytes : (p) => p.wireLength <= bytes;
    }
    case 'shift':
      return emitShift(node, layers);
    case 'relation':
      return relationTest(layers, node.operator, node.left, node.right);
  }
}

/** The last four bytes first, as libpcap: on a cut frame it decides whether the whole filter fails. */
const macIs =
  (high: number, low: number) =>
  (p: Packet, at: number): boolean =>
    p.word(at + 2) === low && p.u16(at) === high;

/** The group bit of IEEE 802, the lowest of the first byte. */
const isMulticast = (p: Packet, at: number): boolean => (p.u8(at) & 1) !== 0;

function emitShift(node: Node & { kind: 'shift' }, layers: Layers): Test {
  if (node.by === 'vlan') return afterVlan(layers, node.id);
  return node.by === 'mpls' ? afterMpls(layers, node.id) : afterPppoe(layers, node.id);
}

/** Why a test can never be meant on this link, or behind the vlan, mpls or pppoes before it. */
function nonsense(node: Node, layers: Layers): string | undefined {
  const { kind, labels } = layers;
  switch (node.kind) {
    case 'linkProtocol':
      if (labels > 0 && node.protocol !== ETHERTYPE.ip && node.protocol !== ETHERTYPE.ip6) {
        return `below mpls only ip and ip6 can be told apart, not '${node.place.found}'`;
      }
      return undefined;
    case 'host':
      return labels > 0 && node.within[0] !== 'ip' ? 'below mpls only ip and ip6 can be told apart' : undefined;
    case 'mac':
      return hasAddresses(layers) ? undefined : 'no link-layer addresses stand here';
    case 'group':
      return node.level !== 'link' || hasAddresses(layers) ? undefined : 'no link-layer addresses stand here';
    case 'shift':
      return shiftNonsense(node.by, kind, labels);
    default:
      return undefined;
  }
}

function shiftNonsense(by: 'vlan' | 'mpls' | 'pppoes', kind: Layers['kind'], labels: number): string | undefined {
  if (labels > 0 && by !== 'mpls') return `${by} cannot be found below mpls`;
  if (by === 'vlan') return kind === 'ethernet' || kind === 'wlan' ? undefined : 'no vlan tags stand here';
  if (by === 'mpls')
    return kind === 'ethernet' || kind === 'ppp' || kind === 'hdlc' ? undefined : 'no mpls labels stand here';
  return undefined;
}
