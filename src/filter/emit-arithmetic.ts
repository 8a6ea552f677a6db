/** Relations between values read from the frame. Values are signed 32-bit words; relations compare them unsigned. */
import { calculate } from './calculate.ts';
import { carries } from './emit-link.ts';
import type { Layers } from './link.ts';
import { always, both, never, type Packet, type Test } from './packet.ts';
import { ETHERTYPE, linkProtocolNamed, TRANSPORTS } from './protocols.ts';
import type { Arithmetic, Relation } from './syntax.ts';

type Value = (p: Packet) => number;

/** A value, and the test that the layer it reads is there at all. */
interface Emitted {
  readonly guard: Test;
  readonly value: Value;
  /** Set for a value that does not depend on the frame. */
  readonly constant?: number;
}

export function relationTest(layers: Layers, operator: Relation, left: Arithmetic, right: Arithmetic): Test {
  const a = emit(layers, left);
  const b = emit(layers, right);
  if (a.constant !== undefined && b.constant !== undefined) {
    return compare(operator, a.constant >>> 0, b.constant >>> 0) ? always : never;
  }
  return both(both(a.guard, b.guard), comparison(operator, a.value, b.value));
}

function compare(operator: Relation, a: number, b: number): boolean {
  switch (operator) {
    case '>':
      return a > b;
    case '<':
      return a < b;
    case '>=':
      return a >= b;
    case '<=':
      return a <= b;
    case '=':
      return a === b;
    case '!=':
      return a !== b;
  }
}

function comparison(operator: Relation, a: Value, b: Value): Test {
  switch (operator) {
    case '>':
      return (p) => a(p) >>> 0 > b(p) >>> 0;
    case '<':
      return (p) => a(p) >>> 0 < b(p) >>> 0;
    case '>=':
      return (p) => a(p) >>> 0 >= b(p) >>> 0;
    case '<=':
      return (p) => a(p) >>> 0 <= b(p) >>> 0;
    case '=':
      return (p) => a(p) === b(p);
    case '!=':
      return (p) => a(p) !== b(p);
  }
}

function emit(layers: Layers, node: Arithmetic): Emitted {
  switch (node.kind) {
    case 'number': {
      const constant = node.value;
      return { guard: always, value: () => constant, constant };
    }
    case 'len':
      return { guard: always, value: (p) => p.wireLength | 0 };
    case 'negate': {
      const { guard, value } = emit(layers, node.operand);
      return { guard, value: (p) => -value(p) | 0 };
    }
    case 'binary': {
      const left = emit(layers, node.left);
      const right = emit(layers, node.right);
      // libpcap keeps the left side's layer check only: `1 + tcp[0]` reads any frame. Filters depend on it.
      return { guard: left.guard, value: operation(node.operator, left.value, right) };
    }
    case 'load':
      return load(layers, node);
  }
}

function operation(operator: (Arithmetic & { kind: 'binary' })['operator'], a: Value, right: Emitted): Value {
  const b = right.value;
  const k = right.constant;
  switch (operator) {
    case '&':
      return k === undefined ? (p) => a(p) & b(p) : (p) => a(p) & k;
    case '+':
      return (p) => (a(p) + b(p)) | 0;
    case '-':
      return (p) => (a(p) - b(p)) | 0;
    case '<<':
      return k === undefined ? (p) => calculate('<<', a(p), b(p)) : (p) => a(p) << k;
    case '>>':
      return k === undefined ? (p) => calculate('>>', a(p), b(p)) : (p) => (a(p) >>> k) | 0;
    case '/':
    case '%':
      return (p) => divide(p, operator, a(p), b(p));
    default:
      return (p) => calculate(operator, a(p), b(p));
  }
}

/** Division by zero ends a BPF program as a load beyond the end does. */
function divide(p: Packet, operator: '/' | '%', a: number, b: number): number {
  if (b !== 0) return calculate(operator, a, b);
  p.cut = true;
  return 0;
}

/** Where a layer's bytes begin: a constant from some base, plus the length of an IPv4 header for what stands behind it. */
interface Origin {
  readonly guard: Test;
  readonly base: 'link' | 'payload';
  readonly offset: number;
  /** Offset of the IPv4 header whose length comes on top. */
  readonly ip?: number;
}

function load(layers: Layers, node: Arithmetic & { kind: 'load' }): Emitted {
  const index = emit(layers, node.index);
  const origin = originOf(layers, node.protocol);
  const read = reader(node.size);
  return { guard: both(origin.guard, index.guard), value: indexed(layers, origin, index, read) };
}

function reader(size: 1 | 2 | 4): (p: Packet, at: number) => number {
  if (size === 1) return (p, at) => p.u8(at);
  return size === 2 ? (p, at) => p.u16(at) : (p, at) => p.word(at);
}

/**
 * BPF adds what is known only per frame in a 32-bit register, which wraps, and the constant offset after that, which
 * does not; where all is constant, libpcap's optimizer adds it up beforehand, and that wraps: `ip[-1]` is `ether[13]`.
 */
function indexed(layers: Layers, origin: Origin, index: Emitted, read: (p: Packet, at: number) => number): Value {
  const { offset, ip } = origin;
  const { value } = index;
  if (ip !== undefined) {
    return (p) => {
      const register = value(p) + 4 * (p.u8(p.payload + ip) & 0x0f) + (p.payload - p.start);
      return read(p, p.start + offset + (register >>> 0));
    };
  }
  if (index.constant !== undefined && layers.hasFixedHeader) {
    const at = (offset + index.constant) >>> 0;
    return (p) => read(p, p.start + at);
  }
  if (origin.base === 'link') return (p) => read(p, p.start + offset + ((value(p) + (p.link - p.start)) >>> 0));
  return (p) => read(p, p.start + offset + ((value(p) + (p.payload - p.start)) >>> 0));
}

function originOf(layers: Layers, protocol: string): Origin {
  const { payload } = layers;
  if (protocol === 'link') return linkOrigin(layers);
  layers.usesPayload = true;
  const transport = TRANSPORTS.get(protocol);
  if (transport === undefined) {
    return { guard: carries(layers, linkProtocolNamed(protocol) ?? -1), base: 'payload', offset: payload };
  }
  if (transport.over === 'ip6') {
    // The one transport layer that is read over IPv6, and only directly behind its header.
    const isNext: Test = (p) => p.u8(p.payload + payload + 6) === transport.number;
    return { guard: both(carries(layers, ETHERTYPE.ip6), isNext), base: 'payload', offset: payload + 40 };
  }
  const isFirstFragment: Test = (p) =>
    p.u8(p.payload + payload + 9) === transport.number && (p.u16(p.payload + payload + 6) & 0x1fff) === 0;
  return { guard: both(carries(layers, ETHERTYPE.ip), isFirstFragment), base: 'payload', offset: payload, ip: payload };
}

function linkOrigin(layers: Layers): Origin {
  if (layers.headerInPayload) {
    layers.usesPayload = true;
    return { guard: always, base: 'payload', offset: layers.header };
  }
  layers.usesLink = true;
  return { guard: always, base: 'link', offset: 0 };
}
