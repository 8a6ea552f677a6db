/** Queries that are asked again from another port. */
import { expect, test } from 'vitest';
import type { DnsMessage } from '../../../src/app/dns/message.ts';
import type { DnsProtocol } from '../../../src/app/dns/exchange.ts';
import { DnsPairing } from '../../../src/app/dns/pairing.ts';
import { ROOT, run } from '../../support/command.ts';

interface Sent {
  readonly port: number;
  readonly at: number;
  readonly id?: number;
  readonly name?: string;
  readonly isResponse?: boolean;
  readonly protocol?: DnsProtocol;
}

const ends = (): string => 'one client, one server';

/** Frames of the queries before, of all: null where it is none's repeat. */
function repeatsIn(...all: readonly Sent[]): (number | null)[] {
  const repeats: (number | null)[] = [];
  const pairing = new DnsPairing({ settled: ({ repeatOf }) => repeats.push(repeatOf), ends });
  all.forEach(({ port, at, id = 7, name = 'a.test', isResponse = false, protocol = 'dns' }, i) => {
    const message = {
      id,
      isResponse,
      questions: [{ name, type: 'A' }],
      answers: [],
      rcode: 0,
    } as unknown as DnsMessage;
    const arrival = { frame: i + 1, seconds: 1_700_000_000 + at, nanoseconds: 0 };
    pairing.add(port, 'udp', protocol, isResponse ? 1 : 0, message, arrival);
  });
  pairing.finish(1_700_000_100);
  return repeats;
}

test('the same number and question from another port, without an answer yet', () => {
  expect(repeatsIn({ port: 0, at: 0 }, { port: 1, at: 5, name: 'A.test' }, { port: 2, at: 10 })).toEqual([null, 1, 2]);
  // The answer to the first came after the second had gone.
  expect(repeatsIn({ port: 0, at: 0 }, { port: 1, at: 5 }, { port: 0, at: 6, isResponse: true })).toEqual([null, 1]);
  // From the first port again, then from another.
  expect(repeatsIn({ port: 0, at: 0 }, { port: 0, at: 5 }, { port: 1, at: 31 })).toEqual([null, 2]);
});

test.each<[string, Sent, Sent, ...Sent[]]>([
  ['another number', { port: 0, at: 0 }, { port: 1, at: 5, id: 8 }],
  ['another name', { port: 0, at: 0 }, { port: 1, at: 5, name: 'b.test' }],
  ['long after', { port: 0, at: 0 }, { port: 1, at: 30 }],
  ['mDNS has no numbers', { port: 0, at: 0, protocol: 'mdns' }, { port: 1, at: 1, protocol: 'mdns' }],
])('%s: no repeat', (_what, ...all) => {
  expect(repeatsIn(...all)).toEqual([null, null]);
});

test('after an answer it is a question of its own', () => {
  expect(repeatsIn({ port: 0, at: 0 }, { port: 0, at: 1, isResponse: true }, { port: 1, at: 5 })).toEqual([null, null]);
});

test('dig, as it was recorded', async () => {
  const { out } = await run(`synoptic dns ${ROOT}/fixtures/http/dns.pcap --json`, {});
  const { queries, summary } = JSON.parse(out) as {
    queries: { repeatOf: number | null; frames: { query: number } }[];
    summary: { retries: number };
  };
  const repeats = queries.filter(({ repeatOf }) => repeatOf !== null);
  expect(repeats.map(({ repeatOf, frames }) => [repeatOf, frames.query])).toEqual([
    [1, 2],
    [3, 4],
    [21, 22],
  ]);
  expect(summary.retries).toBe(3);
});
