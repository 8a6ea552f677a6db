/** Our recordings of nginx against nginx's own access log, in clear and inside TLS: rows, reuse, sizes, times. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Transaction, methodOf, statusOf, targetOf } from '../../../src/app/http/message.ts';
import { timingOf, totalSeconds } from '../../../src/app/http/timing.ts';
import { unsealedTransactions } from './unsealed.ts';

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

const readLog = (file: string): LogLine[] =>
  readFileSync(join(folder, file), 'utf8')
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

/** What a client says to a proxy is none of nginx's business. */
const PROXY = 3128;

/** By port of the client and number on the connection. */
async function transactions(file: string): Promise<Map<string, Transaction>> {
  const found = await unsealedTransactions(join(folder, file));
  return new Map(
    found
      .filter(({ serverPort }) => serverPort !== PROXY)
      .map(({ clientPort, transaction }) => [`${clientPort} ${transaction.reuse + 1}`, transaction]),
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
  ['/big.txt 2', 'all was written in one round of events; the client read it later, on a busy machine'],
  ['/slow 1 of 3', 'the same: its clock stood still while it read the requests'],
]);
const INTERIM = 'HTTP/1.1 100 Continue\r\n\r\n'.length;
/** One tick of that clock. */
const CLOCK = 0.001;
/** The client went away: no answer in the capture, 499 in the log. */
const CLIENT_CLOSED = 499;
/** The log has the bytes and the time of the whole tunnel. */
const SWITCHING = 101;

function checkTimes(transaction: Transaction, line: LogLine, name: string): void {
  const own = totalSeconds(transaction)! - timingOf(transaction).queuedSeconds!;
  const isApart = Math.abs(own - line.seconds) > TOLERANCE + CLOCK;
  expect(isApart).toBe(apart.has(name));
  if (line.upstreamSeconds === null) return;
  expect(timingOf(transaction).serverSeconds! - line.upstreamSeconds).toBeGreaterThanOrEqual(-TOLERANCE);
}

describe.each([
  ['curl.pcap', 'curl.access.log'],
  ['https.pcap', 'https.access.log'],
] as const)('nginx and clients: %s', async (capture, logged) => {
  const log = readLog(logged);
  const found = await transactions(capture);
  /** Three requests at once: the last lines of the log. */
  const isPipelined = ({ port }: LogLine): boolean => capture === 'curl.pcap' && port === log.at(-1)!.port;

  function nameOf(line: LogLine): string {
    const path = line.request.split(' ')[1]!;
    const more = isPipelined(line) ? (line.number === 1 ? ' of 3' : ` after ${line.number - 1}`) : '';
    return `${path} ${line.number}${more}`;
  }

  test('every line of the log has its row, and every row its line', () => {
    expect([...found.keys()].toSorted()).toEqual(log.map(({ port, number }) => `${port} ${number}`).toSorted());
  });

  test.each(log.map((line) => [`${line.request} ${line.number} of port ${line.port}`, line] as const))(
    '%s',
    (_, line) => {
      const transaction = found.get(`${line.port} ${line.number}`)!;
      const { request, response } = transaction;
      expect(`${methodOf(transaction)} ${targetOf(transaction)}`).toBe(line.request);
      if (line.status === CLIENT_CLOSED) {
        expect([response, transaction.resetCode]).toEqual([null, 'CANCEL']);
        return;
      }
      expect(statusOf(transaction)).toBe(line.status);
      expect([request!.lack, response!.lack]).toEqual([null, null]);
      if (line.status === SWITCHING) return;
      if (!isHttp2(transaction)) {
        // Chunk lines and interim responses are sent bytes for nginx.
        const bytes = response!.end - response!.start - response!.text.length + INTERIM * transaction.interim.length;
        expect(bytes).toBe(line.bodyBytes);
        if (!isPipelined(line)) expect(request!.end - request!.start).toBe(line.requestBytes);
      }
      checkTimes(transaction, line, nameOf(line));
    },
  );
});
