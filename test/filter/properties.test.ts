import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, FilterError, renderFilterError } from '../../src/filter/compile.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { printNode } from './print.ts';
import { expressions, frameFromHex, recordedVerdicts } from './support.ts';

const RUNS = 400;
const pick = (...words: string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const joined = (...parts: (fc.Arbitrary<string> | string)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((words) => words.join(' '));

const port = fc.integer({ min: 0, max: 65535 }).map(String);
const address = pick('10.1.2.1', '10.0.0.138', '192.168.1.1', '127.0.0.1', '0.0.0.0', '255.255.255.255', '10.1');
const address6 = pick('::1', 'fe80::1', '2001:db8::1', 'ff02::fb', '::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4');
const direction = pick('', 'src', 'dst', 'src or dst', 'dst and src');
const primitive = fc.oneof(
  pick(
    'tcp',
    'udp',
    'icmp',
    'icmp6',
    'ip',
    'ip6',
    'arp',
    'sctp',
    'igmp',
    'ah',
    'vlan',
    'vlan 10',
    'pppoes',
    'mpls',
    'stp',
    'iso',
  ),
  pick(
    'broadcast',
    'ip multicast',
    'ip6 multicast',
    'less 80',
    'greater 80',
    'net 10',
    'net 192.168.0.0/16',
    'net fe80::/10',
  ),
  joined(pick('', 'tcp', 'udp', 'sctp'), direction, 'port', fc.oneof(port, pick('http', 'domain', '( 80 or 443 )'))),
  joined(
    direction,
    'portrange',
    fc.tuple(port, port).map(([a, b]) => `${a}-${b}`),
  ),
  joined(pick('', 'ip', 'arp'), direction, 'host', address),
  joined(pick('', 'ip6'), direction, 'host', address6),
  joined('ether', direction, 'host', pick('ff:ff:ff:ff:ff:ff', '0030.9605.2838', '1-2-3-4-5-6')),
  joined(pick('ip', 'ip6', 'ether', ''), 'proto', fc.integer({ min: 0, max: 255 }).map(String)),
);

const { arithmetic, filter } = fc.letrec<{ arithmetic: string; filter: string }>((tie) => ({
  arithmetic: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'arithmetic' },
    pick('len', '0', '1', '60', '0x1f', 'tcp-syn', '4294967295'),
    joined(
      pick('ip', 'tcp', 'udp', 'icmp', 'ip6', 'ether', 'icmp6'),
      '[',
      tie('arithmetic'),
      pick('', ': 2', ': 4'),
      ']',
    ),
    joined(tie('arithmetic'), pick('+', '-', '*', '&', '|', '^', '%', '>>'), tie('arithmetic')),
    joined('(', tie('arithmetic'), ')'),
    joined('-', tie('arithmetic')),
  ),
  filter: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'filter' },
    primitive,
    joined(tie('arithmetic'), pick('=', '==', '!=', '<', '>', '<=', '>='), tie('arithmetic')),
    joined(tie('filter'), pick('and', 'or', '&&', '||'), tie('filter')),
    joined(pick('not', '!'), tie('filter')),
    joined('(', tie('filter'), ')'),
  ),
}));

/** Frames of every link type: some from real headers, the rest noise. */
const LINK_TYPES = [0, 1, 9, 10, 12, 50, 101, 104, 105, 108, 113, 127, 147, 228, 229, 276];
const TCP4 = '4500002c00010000400600000a0102010a22000101bb005000000001000000005002100000000000020405b4';
const UDP6 = '6000000000081140fe800000000000000000000000000001ff0200000000000000000000000000fb14e914e900080000';
const samples: Frame[] = LINK_TYPES.flatMap((linkType) => [
  frameFromHex(`0030960528380030 96e6fc39 0800 ${TCP4}`, linkType),
  frameFromHex(`0030960528380030 96e6fc39 86dd ${UDP6}`, linkType),
  frameFromHex(`ffffffffffff0030 96e6fc39 8100 000a 0800 ${TCP4}`, linkType),
  frameFromHex(TCP4, linkType, 1500),
  frameFromHex(`00000002 ${TCP4}`, linkType),
  frameFromHex(`0000 0001 0006 0030960528380000 86dd ${UDP6}`, linkType),
  frameFromHex('', linkType),
  frameFromHex('00', linkType, 60),
]);

const matchesOf = (text: string): boolean[] => {
  const compiled = compileFilter(text);
  return samples.map((frame) => compiled.matches(frame));
};

function isFilter(text: string): boolean {
  try {
    compileFilter(text);
    return true;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    expect(error.position).toBeGreaterThanOrEqual(0);
    expect(error.position).toBeLessThanOrEqual(text.length);
    expect(error.length).toBeGreaterThan(0);
    expect(renderFilterError(error).split('\n').length).toBeGreaterThanOrEqual(3);
    return false;
  }
}

describe('printed and read again, a filter', () => {
  it('says and matches the same', () => {
    fc.assert(
      fc.property(filter, (text) => {
        fc.pre(isFilter(text));
        const node = parseFilter(text);
        if (node === undefined) throw new Error('an empty filter was generated');
        const printed = printNode(node);
        const again = parseFilter(printed);
        expect(again && printNode(again)).toBe(printed);
        expect(matchesOf(printed)).toEqual(matchesOf(text));
      }),
      { numRuns: RUNS },
    );
  });

  it('has the same arithmetic', () => {
    fc.assert(
      fc.property(arithmetic, arithmetic, (left, right) => {
        const text = `${left} > ${right}`;
        fc.pre(isFilter(text));
        const node = parseFilter(text);
        expect(matchesOf(node === undefined ? '' : printNode(node))).toEqual(matchesOf(text));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('junk', () => {
  const words = [...expressions, ...Object.keys(recordedVerdicts)].flatMap((text) => text.split(' '));
  const junk = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...' ()[]:!<>=&|+-*/%^.0123456789abcdefx\\\tip'), maxLength: 60 }),
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(' ')),
  );

  it('throws nothing but FilterError, with a place inside the text', () => {
    fc.assert(
      fc.property(junk, (text) => {
        if (isFilter(text)) matchesOf(text);
      }),
      { numRuns: 5000 },
    );
  });

  it('is refused, not followed, when nested deeply or very long', () => {
    for (const text of [
      '('.repeat(50_000),
      'not '.repeat(10_000),
      `${'('.repeat(5000)}tcp${')'.repeat(5000)}`,
      '- '.repeat(9000),
    ]) {
      expect(isFilter(text)).toBe(false);
    }
    expect(isFilter(`1${' + len'.repeat(9000)} > 1`)).toBe(false);
    expect(isFilter('tcp or '.repeat(20_000))).toBe(false);
  });

  it('in frames is not followed either', () => {
    const frame = fc.tuple(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(...LINK_TYPES));
    const compiled = expressions.map((text) => compileFilter(text));
    fc.assert(
      fc.property(frame, ([bytes, linkType]) => {
        const one = frameFromHex(Buffer.from(bytes).toString('hex'), linkType);
        for (const each of compiled) each.matches(one);
      }),
      { numRuns: RUNS },
    );
  });
});

it('takes thousands of addresses in one chain', () => {
  const text = Array.from({ length: 3000 }, (_, i) => `host 10.${i >> 8}.${i & 255}.1`).join(' or ');
  expect(compileFilter(text).matches(frameFromHex(`0030960528380030 96e6fc39 0800 ${TCP4}`))).toBe(true);
  expect(compileFilter(`not (${text})`).matches(frameFromHex(`0030960528380030 96e6fc39 0800 ${TCP4}`))).toBe(false);
});
