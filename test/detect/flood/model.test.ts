/** The model of the listener against the figures that a real kernel gave, and the pieces that floods are judged by. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBogon, isMartian6 } from '../../../src/detect/flood/bogons.ts';
import { findChange } from '../../../src/detect/flood/change-point.ts';
import { DistinctCount } from '../../../src/detect/flood/distinct-count.ts';
import { Listener } from '../../../src/detect/flood/listener-model.ts';
import { prefixes4, prefixes6 } from '../../../src/detect/flood/prefixes.ts';
import { sortWords } from '../../../src/detect/flood/radix-sort.ts';
import { sourcesOf } from '../../../src/detect/flood/sources.ts';
import { defaults } from '../../../src/detect/flood/thresholds.ts';
import { WordSet } from '../../../src/detect/flood/word-set.ts';
import { Ipv6Addresses } from '../../../src/flow/addresses.ts';
import type { Connections } from '../../../src/flow/connections.ts';
import { TabulationHash } from '../../../src/flow/hash.ts';
import { blocklistLines } from '../../../src/report/flood/blocklist.ts';

/** A flood of a thousand SYNs a second for `seconds`; the queue's length after each tenth of a second. */
function flooded(listenBacklog: number, maxSynBacklog: number, syncookies: boolean, synackRetries = 5): number[] {
  const listener = new Listener({ listenBacklog, maxSynBacklog, syncookies, synackRetries });
  const lengths: number[] = [];
  for (let i = 0; i < 12_000; i++) {
    listener.syn(i / 1000, true, false);
    if (i % 100 === 99) lengths.push(listener.length);
  }
  return lengths;
}

describe('the listener', () => {
  test.each([
    [128, 128, false, 97],
    [1024, 1024, false, 769],
    [64, 1024, false, 65],
    [2000, 256, false, 193],
    [128, 128, true, 129],
    [1024, 1024, true, 1025],
    [64, 1024, true, 65],
  ])('backlog %i, tcp_max_syn_backlog %i, cookies %s: full at %i', (listen, max, cookies, depth) => {
    expect(Math.max(...flooded(listen, max, cookies))).toBe(depth);
  });

  test('known peers get the last quarter', () => {
    const settings = { listenBacklog: 128, maxSynBacklog: 128, syncookies: false, synackRetries: 5 };
    const listener = new Listener(settings);
    for (let i = 0; i < 200; i++) listener.syn(0, true, false);
    expect(listener.syn(0.1, false, false)).toBe('dropped');
    expect(listener.syn(0.1, false, true)).toBe('queued');
  });

  test('a crowded queue of old entries is cut to half after the third timer', () => {
    const listener = new Listener({ listenBacklog: 128, maxSynBacklog: 128, syncookies: false, synackRetries: 5 });
    for (let i = 0; i < 200; i++) listener.syn(i / 1000, true, false);
    expect(listener.length).toBe(97);
    listener.syn(8, false, false);
    expect(listener.length).toBe(64);
  });

  test('places are given up in bunches, as the wheel of timers turns', () => {
    const listener = new Listener({ listenBacklog: 500, maxSynBacklog: 500, syncookies: false, synackRetries: 0 });
    for (let i = 0; i < 100; i++) listener.syn(i / 1000, true, false);
    const lengths = Array.from({ length: 200 }, (_, i) => {
      listener.syn(1 + i / 1000, false, false);
      return listener.length;
    });
    const falls = lengths.flatMap((length, i) => (i > 0 && length < lengths[i - 1]! ? [1000 + i] : []));
    expect(falls).toEqual([1024, 1056, 1088, 1120]);
  });

  test('one retry frees a place after three seconds', () => {
    const listener = new Listener({ listenBacklog: 128, maxSynBacklog: 128, syncookies: false, synackRetries: 1 });
    listener.syn(0, true, false);
    listener.syn(2.9, false, false);
    expect(listener.length).toBe(1);
    // A second and two, each up to 32 ms late.
    listener.syn(3.1, false, false);
    expect(listener.length).toBe(0);
  });
});

describe('the change point', () => {
  const quiet = { width: 1, from: 0, completed: new Float64Array(600).fill(20) };

  test('onset and end of a step', () => {
    const failed = new Float64Array(600).fill(1).fill(200, 300, 420);
    expect(findChange({ ...quiet, failed }, defaults).phases).toEqual([{ first: 300, last: 419 }]);
  });

  test('a server where one in twenty always fails has none', () => {
    expect(findChange({ ...quiet, failed: new Float64Array(600).fill(1) }, defaults).phases).toEqual([]);
  });

  test('pulses further apart than the quiet time are told one by one', () => {
    const failed = new Float64Array(600).fill(300, 100, 105).fill(300, 400, 405);
    expect(findChange({ ...quiet, failed }, defaults).phases).toHaveLength(2);
  });
});

test('a set of words is a set of words', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 })), (words) => {
      const set = new WordSet(Int32Array.from(words));
      expect(set.size).toBe(new Set(words).size);
      for (let word = -60; word < 60; word++) expect(set.has(word)).toBe(words.includes(word));
    }),
  );
});

test.each([0, 1, 100, 5000, 50_000])('%i words are sorted as unsigned numbers', (count) => {
  const words = Int32Array.from({ length: count }, (_, i) => Math.imul(i ^ (i >>> 3), 0x9e3779b1));
  const expected = Uint32Array.from(words, (word) => word >>> 0).toSorted();
  sortWords(words);
  expect([...words].map((word) => word >>> 0)).toEqual([...expected]);
});

test('prefixes of addresses', () => {
  const words = Int32Array.from(['0x0a000001', '0x0a000002', '0x0a000101', '0xc0a80001'], Number);
  expect(prefixes4(words)).toEqual({ wide: 2, widest: 3, narrow: 3 });
  const addresses = new Ipv6Addresses(new TabulationHash());
  const texts = ['20010db8000000010000000000000001', '20010db8000000010000000000000002'];
  texts.push('20010db8000000020000000000000001', 'fd000000000000000000000000000001');
  const ids = texts.map((text) => {
    const bytes = new Uint8Array(Buffer.from(text, 'hex'));
    return addresses.intern(new DataView(bytes.buffer), bytes, 0);
  });
  expect(prefixes6(Int32Array.from(ids), addresses)).toEqual({ wide: 2, widest: 3, narrow: 3 });
});

test.each([10, 1000, 50_000, 1_000_000])('%i different values are counted within 3 %%', (count) => {
  const distinct = new DistinctCount();
  for (let i = 0; i < count; i++) distinct.add(Math.imul(i, 0x01000193) | 0);
  expect(Math.abs(distinct.estimate() - count) / count).toBeLessThan(0.03);
});

describe('the block list', () => {
  const sources = [{ address: '198.51.100.7', attempts: 3, impossible: false }];
  const victim = { name: '192.0.2.20:80', ipv6: false, sources, atMost: 3 };
  const list = (spoofed: 'yes' | 'no', format: 'csv' | 'ipset' | 'nft'): string =>
    [...blocklistLines([{ ...victim, spoofed }], format)].join('');

  test('spoofed sources are never in it', () => {
    for (const format of ['csv', 'ipset', 'nft'] as const) expect(list('yes', format)).not.toContain('198.51.100.7');
  });

  test('real ones are', () => {
    expect(list('no', 'csv')).toBe('victim,address,handshakes,certainty\n192.0.2.20:80,198.51.100.7,3,real\n');
    expect(list('no', 'ipset')).toContain('add synflood-0 198.51.100.7');
    expect(list('no', 'nft')).toContain('198.51.100.7,');
  });

  test('impossible ones among real ones are not, and are counted', () => {
    const mixed = [...sources, { address: '0.0.0.0', attempts: 9, impossible: true }];
    for (const format of ['csv', 'ipset', 'nft'] as const) {
      const refused: unknown[] = [];
      const lines = [
        ...blocklistLines([{ ...victim, sources: mixed, spoofed: 'no' }], format, (...told) => refused.push(told)),
      ].join('');
      expect(lines).toContain('198.51.100.7');
      expect(lines).not.toContain('0.0.0.0');
      expect(refused).toEqual([['192.0.2.20:80', 1]]);
    }
  });

  test('a set has room for all of them, and one of nobody is no syntax error', () => {
    const big = { ...victim, spoofed: 'no' as const, atMost: 70_000 };
    expect([...blocklistLines([big], 'ipset')].join('')).toContain('family inet maxelem 70000 -exist');
    expect(list('no', 'ipset')).not.toContain('maxelem');
    expect([...blocklistLines([{ ...big, sources: [] }], 'nft')].join('')).not.toContain('elements');
  });

  test('no flood: it says so', () => {
    expect([...blocklistLines([], 'nft')]).toEqual(['# no SYN flood, so no source is listed\n']);
    expect([...blocklistLines([], 'csv')]).toEqual(['victim,address,handshakes,certainty\n']);
  });
});

test('beyond the limit, sources are estimated from a sample, and said to be', () => {
  const connections = { tracker: { table: { keys: { addresses: null } } } } as unknown as Connections;
  const count = 40_000;
  const source = Int32Array.from({ length: count }, (_, i) => Math.imul(i >>> 1, 0x9e3779b1));
  const columns = { source, ttl: new Uint8Array(count).fill(64) };
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  const exact = sourcesOf(connections, columns, rows, false);
  expect(exact).toMatchObject({ count: count / 2, estimated: false, sampled: count, most: 2, once: 0 });
  expect(exact.entropyBits).toBeCloseTo(Math.log2(count / 2), 9);
  const sampled = sourcesOf(connections, columns, rows, false, 10_000);
  expect(sampled).toMatchObject({ estimated: true, sampled: 10_000 });
  expect(Math.abs(sampled.count / exact.count - 1)).toBeLessThan(0.03);
});

test.each([
  ['::', true],
  ['::1', true],
  ['::2', false],
  ['ff02::1', true],
  ['::ffff:1.2.3.4', true],
  ['2001:db8::1', false],
])('no host sends from %s: %s', (text, expected) => {
  expect(isMartian6(ipv6Bytes(text))).toBe(expected);
});

const groups = (part: string): number[] =>
  part.split(':').flatMap((word) => (word === '' ? [] : Number.parseInt(word, 16)));

function ipv6Bytes(text: string): Uint8Array {
  const host = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [head = '', tail] = host.split('::');
  const rest = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - groups(head).length - rest.length }, () => 0);
  return Uint8Array.from([...groups(head), ...zeros, ...rest].flatMap((word) => [word >> 8, word & 255]));
}

test('what is not routable: the ranges of RFC 6890 at their edges, and nothing beside them', () => {
  const ranges = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'];
  ranges.push('192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24');
  ranges.push('224.0.0.0/3');
  const spans = ranges.map((range) => {
    const [network = '', bits = ''] = range.split('/');
    const first = network.split('.').reduce((word, part) => word * 256 + Number(part), 0);
    return [first, first + 2 ** (32 - Number(bits)) - 1] as const;
  });
  const isWithin = (word: number): boolean => spans.some(([first, last]) => word >= first && word <= last);
  for (const edge of spans.flat()) {
    for (const word of [edge - 1, edge, edge + 1]) {
      if (word >= 0 && word < 2 ** 32) expect([word, isBogon(word | 0)]).toEqual([word, isWithin(word)]);
    }
  }
});
