/** The model of the listener against the figures that a real kernel gave, and the pieces that floods are judged by. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findChange } from '../../../src/detect/flood/change-point.ts';
import { DistinctCount } from '../../../src/detect/flood/distinct-count.ts';
import { Listener } from '../../../src/detect/flood/listener-model.ts';
import { defaults } from '../../../src/detect/flood/thresholds.ts';
import { WordSet } from '../../../src/detect/flood/word-set.ts';
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

  test('one retry frees a place after three seconds', () => {
    const listener = new Listener({ listenBacklog: 128, maxSynBacklog: 128, syncookies: false, synackRetries: 1 });
    listener.syn(0, true, false);
    listener.syn(2.9, false, false);
    expect(listener.length).toBe(1);
    listener.syn(3, false, false);
    expect(listener.length).toBe(0);
  });
});

describe('the change point', () => {
  const quiet = { width: 1, completed: new Float64Array(600).fill(20) };

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

test.each([10, 1000, 50_000, 1_000_000])('%i different values are counted within 3 %%', (count) => {
  const distinct = new DistinctCount();
  for (let i = 0; i < count; i++) distinct.add(Math.imul(i, 0x01000193) | 0);
  expect(Math.abs(distinct.estimate() - count) / count).toBeLessThan(0.03);
});

describe('the block list', () => {
  const sources = [{ address: '198.51.100.7', attempts: 3 }];
  const victim = { name: '192.0.2.20:80', ipv6: false, sources };
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
});
