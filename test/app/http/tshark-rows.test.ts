/**
 * HTTP inside TLS, and HTTP/2 row by row, against tshark with the same secrets: our recordings, and the captures of
 * ../shared/captures with HTTP/2 or with secrets. Made by fixtures/http.py.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../../src/stream/segment.ts';
import { messageFields, methodOf, statusOf, targetOf } from '../../../src/app/http/message.ts';
import { placeOf } from '../../../src/report/http/rows.ts';
import { shared, unsealedTransactions } from './unsealed.ts';
import { rowDifferences } from './row-differences.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures');

/** Lines without the capture, by capture. */
function truth(file: string): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const line of readFileSync(join(fixtures, file), 'utf8').trimEnd().split('\n')) {
    const [capture, ...rest] = line.split('\t');
    lines.set(capture!, [...(lines.get(capture!) ?? []), rest.join(' ')]);
  }
  return lines;
}

async function ownLines(path: string): Promise<string[]> {
  const found = await unsealedTransactions(path);
  return found.flatMap(({ stream, transaction }) => {
    const { request, response, interim } = transaction;
    const is2 = transaction.protocol === 'http/2';
    const own = transaction.stream ?? '-';
    const at = (arrival: Arrival): string => `${arrival.frame} ${stream} ${own}`;
    const lines: string[] = [];
    // What an HTTP/1 request asked for is told there.
    const isUpgraded = is2 && request?.list === null;
    if (request !== null && !isUpgraded) {
      const { host } = placeOf(transaction);
      const when = is2 ? request.headAt : request.complete;
      lines.push(`${at(when)} request ${methodOf(transaction)} ${host ?? '-'} ${targetOf(transaction)}`);
    }
    for (const each of interim) lines.push(`${at(each.at)} response ${each.status} - -`);
    if (response !== null)
      lines.push(`${at(is2 ? response.headAt : response.complete)} response ${statusOf(transaction)} - -`);
    for (const message of is2 && !isUpgraded ? [request, response] : is2 ? [response] : []) {
      if (message?.lack === null) lines.push(`${at(message.complete)} end - - -`);
    }
    return lines;
  });
}

const sets = [
  ['http.tsv', join(fixtures, 'http')],
  ['http-shared.tsv', shared],
] as const;

for (const [file, folder] of sets) {
  describe.runIf(existsSync(folder))(file, () => {
    test.each([...truth(file)])('%s', async (capture, theirs) => {
      const ours = await ownLines(join(folder, capture));
      const known = rowDifferences.filter((each) => each.file === capture);
      const missing = theirs.filter((line) => !ours.includes(line));
      const extra = ours.filter((line) => !theirs.includes(line));
      expect({ missing, extra }).toEqual({
        missing: known.flatMap((each) => each.missing),
        extra: known.flatMap((each) => each.extra),
      });
    });
  });
}

test('what was inside TLS is marked, fields and all', async () => {
  const found = await unsealedTransactions(join(fixtures, 'http/https.pcap'));
  const [connect, inside] = found.filter(({ stream }) => stream === 4).map(({ transaction }) => transaction);
  expect([methodOf(connect!), connect!.secure, connect!.index]).toEqual(['CONNECT', false, 0]);
  expect([methodOf(inside!), inside!.secure, inside!.index]).toEqual(['GET', true, 1]);
  expect(messageFields(inside!.response!)).toContainEqual({ name: 'Content-Type', value: 'text/html' });
});
