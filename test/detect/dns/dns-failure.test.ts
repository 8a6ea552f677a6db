/** Queries that came to nothing, as they are counted when they are let go. */
import { expect, test } from 'vitest';
import { DnsPairing } from '../../../src/app/dns/pairing.ts';
import type { DnsMessage } from '../../../src/app/dns/message.ts';
import { DnsFailures } from '../../../src/detect/dns/dns-failure.ts';

const START = 1_700_000_000;

interface Said {
  readonly port: number;
  readonly at: number;
  readonly rcode?: number;
  readonly name?: string;
}

/** Messages in order of time; those with a response code are answers. Each frame has its place as its number. */
function findingsOf(
  said: readonly Said[],
  end: number,
): { summary: string; frames: readonly number[]; measured: object }[] {
  const failures = new DnsFailures();
  const pairing = new DnsPairing({
    settled: (exchange, now) => failures.add(exchange, '10.0.0.53:53', now),
    ends: () => 'one client, one server',
  });
  said.forEach(({ port, at, rcode, name = 'a.test' }, i) => {
    const isResponse = rcode !== undefined;
    const questions = [{ name, type: 'A' }];
    const message = { id: 7, isResponse, questions, answers: [], rcode: rcode ?? 0 } as unknown as DnsMessage;
    pairing.add(port, 'udp', 'dns', isResponse ? 1 : 0, message, { frame: i + 1, seconds: START + at, nanoseconds: 0 });
  });
  pairing.finish(START + end);
  return failures.findings().map(({ summary, frames, measured }) => ({ summary, frames, measured }));
}

test('what was asked three times from three ports is one query without an answer', () => {
  const all = [
    { port: 0, at: 0 },
    { port: 1, at: 5 },
    { port: 1, at: 7 },
    { port: 2, at: 10 },
  ];
  expect(findingsOf(all, 20)).toEqual([
    {
      summary: '10.0.0.53:53  no answer to 1 query (a.test)',
      frames: [1, 2, 3, 4],
      measured: { queries: 1, names: 1, retries: 3, outcome: 'no answer' },
    },
  ]);
  // The last one may still be answered.
  expect(findingsOf(all, 14)).toEqual([]);
});

test('what was answered when it was asked again is no failure', () => {
  expect(
    findingsOf(
      [
        { port: 0, at: 0 },
        { port: 1, at: 5 },
        { port: 1, at: 6, rcode: 0 },
      ],
      60,
    ),
  ).toEqual([]);
});

test('the answer to the second asking may be a failure, and counts as one', () => {
  const all = [
    { port: 0, at: 0 },
    { port: 1, at: 5 },
    { port: 1, at: 6, rcode: 2 },
    { port: 2, at: 7, name: 'b.test' },
  ];
  expect(findingsOf(all, 60)).toMatchObject([
    { measured: { queries: 1, retries: 1, outcome: 'SERVFAIL' }, frames: [1, 2, 3] },
    { measured: { queries: 1, retries: 0, outcome: 'no answer' }, frames: [4] },
  ]);
});

test('an answer that comes after two minutes belongs to nothing', () => {
  expect(
    findingsOf(
      [
        { port: 0, at: 0 },
        { port: 0, at: 119, rcode: 0 },
      ],
      300,
    ),
  ).toEqual([]);
  expect(
    findingsOf(
      [
        { port: 0, at: 0 },
        { port: 0, at: 120, rcode: 0 },
      ],
      300,
    ),
  ).toMatchObject([{ measured: { queries: 1, outcome: 'no answer' } }]);
});
