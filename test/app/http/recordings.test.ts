/** Our recordings of nginx against nginx's own access log: rows, reuse, sizes, times. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import { type Transaction, methodOf, statusOf, targetOf } from '../../../src/app/http/message.ts';
import { timingOf, totalSeconds } from '../../../src/app/http/timing.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

const folder = join(import.meta.dirname, '../../../fixtures/http');

interface LogLine {
  readonly port: number;
  readonly number: number;
  readonly request: string;
  readonly status: number;
  readonly bodyBytes: number;
  readonly requestBytes: number;
  readonly seconds: number;
  /** Null where nothing was passed on. */
  readonly upstreamSeconds: number | null;
}

const log: readonly LogLine[] = readFileSync(join(folder, 'curl.access.log'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((text) => {
    const [, port, number, method, uri, status, body, length, seconds, upstream] = text.split(' ');
    return {
      port: Number(port),
      number: Number(number),
      request: `${method} ${uri}`,
      status: Number(status),
      bodyBytes: Number(body),
      requestBytes: Number(length),
      seconds: Number(seconds),
      upstreamSeconds: upstream === '-' ? null : Number(upstream),
    };
  });

async function transactions(): Promise<Map<string, Transaction>> {
  const found: { id: number; transaction: Transaction }[] = [];
  const conversations: HttpConversation[] = [];
  const tap = new StreamTap(
    (_, id) => {
      const closed = (transaction: Transaction): void => void found.push({ id, transaction });
      const http2 = (client: 0 | 1, upgraded: Transaction | null): Http2 => new Http2(client, { closed }, upgraded);
      const conversation = new HttpConversation({ closed, http2 });
      conversations.push(conversation);
      return conversation;
    },
    'linux',
    false,
  );
  const { facts } = await analyze([join(folder, 'curl.pcap')], { observer: tap });
  tap.finish();
  for (const conversation of conversations) conversation.finish();
  return new Map(
    found.map(({ id, transaction }) => [`${facts.connections.port(id, 0)} ${transaction.reuse + 1}`, transaction]),
  );
}

/** nginx reads a request of HTTP/2 as it likes, and counts what it read. */
const isHttp2 = ({ protocol }: Transaction): boolean => protocol === 'http/2';

/** nginx writes milliseconds of a clock that it reads once per round of events. */
const TOLERANCE = 0.002;
/** Requests, as path and number on their connection, whose times differ by more; and why. */
const apart = new Map([
  ['/numbers.txt 3 after 2', 'the last of three requests at once is logged only when the connection is closed'],
  ['/nothing 1', 'all was done in one round of events, in which its clock stands still, on a busy machine'],
  ['/slow 1 of 3', 'the same: its clock stood still while it read the requests'],
]);
const INTERIM = 'HTTP/1.1 100 Continue\r\n\r\n'.length;

describe('nginx and curl', async () => {
  const found = await transactions();

  test('every line of the log has its row, and every row its line', () => {
    expect([...found.keys()].toSorted()).toEqual(log.map(({ port, number }) => `${port} ${number}`).toSorted());
  });

  test.each(log.map((line) => [`${line.request} ${line.number} of port ${line.port}`, line] as const))(
    '%s',
    (_, line) => {
      const transaction = found.get(`${line.port} ${line.number}`)!;
      const { request, response } = transaction;
      expect(`${methodOf(transaction)} ${targetOf(transaction)}`).toBe(line.request);
      expect(statusOf(transaction)).toBe(line.status);
      expect([request!.lack, response!.lack]).toEqual([null, null]);
      if (!isHttp2(transaction)) {
        // Chunk lines and interim responses are sent bytes for nginx.
        const bytes = response!.end - response!.start - response!.text.length + INTERIM * transaction.interim.length;
        expect(bytes).toBe(line.bodyBytes);
        if (!isPipelined(line)) expect(request!.end - request!.start).toBe(line.requestBytes);
      }
      const own = totalSeconds(transaction)! - timingOf(transaction).queuedSeconds!;
      const isApart = Math.abs(own - line.seconds) > TOLERANCE + CLOCK;
      expect(isApart).toBe(apart.has(nameOf(line)));
      if (line.upstreamSeconds !== null) {
        expect(timingOf(transaction).serverSeconds! - line.upstreamSeconds).toBeGreaterThanOrEqual(-TOLERANCE);
      }
    },
  );
});

/** Three requests at once: the last lines of the log. */
const isPipelined = ({ port }: LogLine): boolean => port === log.at(-1)!.port;

function nameOf(line: LogLine): string {
  const path = line.request.split(' ')[1]!;
  const more = isPipelined(line) ? (line.number === 1 ? ' of 3' : ` after ${line.number - 1}`) : '';
  return `${path} ${line.number}${more}`;
}

/** One tick of that clock. */
const CLOCK = 0.001;
