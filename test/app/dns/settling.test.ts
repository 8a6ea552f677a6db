/** Exchanges are let go while the capture is read, and no sooner than they may be. */
import { expect, test } from 'vitest';
import type { Exchange } from '../../../src/app/dns/exchange.ts';
import type { DnsMessage } from '../../../src/app/dns/message.ts';
import { DnsPairing } from '../../../src/app/dns/pairing.ts';
import { MAX_DNS_ANSWERED, MAX_DNS_ASKED } from '../../../src/app/limits.ts';

function paired(): {
  pairing: DnsPairing;
  settled: Exchange[];
  say: (i: number, isResponse: boolean, at: number) => void;
} {
  const settled: Exchange[] = [];
  const pairing = new DnsPairing({ settled: (each) => settled.push(each), ends: () => '' });
  let frame = 0;
  const say = (i: number, isResponse: boolean, at: number): void => {
    const questions = [{ name: `host${i}.test`, type: 'A' }];
    const message = { id: i % 65_536, isResponse, questions, answers: [], rcode: 0 } as unknown as DnsMessage;
    pairing.add(i, 'udp', 'dns', isResponse ? 1 : 0, message, { frame: ++frame, seconds: 1e9 + at, nanoseconds: 0 });
  };
  return { pairing, settled, say };
}

test('answered ones wait for a few thousand others, and answers that come again are known until then', () => {
  const { pairing, settled, say } = paired();
  for (let i = 0; i < 3 * MAX_DNS_ANSWERED; i++) {
    say(i, false, i);
    say(i, true, i);
    if (i === 100) say(0, true, 100);
  }
  expect(settled.length).toBe(2 * MAX_DNS_ANSWERED);
  expect(settled[0]!.duplicates).toBe(1);
  expect(pairing.limitReached).toBe(false);
  pairing.finish(0);
  expect(settled.length).toBe(3 * MAX_DNS_ANSWERED);
});

test('those without an answer wait for two minutes', () => {
  const { settled, say } = paired();
  for (let i = 0; i < 2048; i++) say(i, false, i / 10);
  // Of 205 seconds.
  expect(settled.length).toBeGreaterThan(600);
  expect(settled.every(({ queryAt }) => queryAt!.seconds - 1e9 <= 205 - 120)).toBe(true);
});

test('more than there is room for: the oldest go, and it is said where they could still be answered', () => {
  const slow = paired();
  for (let i = 0; i < MAX_DNS_ASKED + 4096; i++) slow.say(i, false, i / 4096);
  expect(slow.settled.length).toBeGreaterThanOrEqual(4096);
  expect(slow.pairing.limitReached).toBe(false);
  const fast = paired();
  for (let i = 0; i < MAX_DNS_ASKED + 4096; i++) fast.say(i, false, 0);
  expect(fast.pairing.limitReached).toBe(true);
});
