/** A line of CSV is what the row of the document says. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import type { Transaction } from '../../../src/app/http/message.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import { KeyLog } from '../../../src/app/tls/key-log.ts';
import { HttpRun } from '../../../src/cli/http-run.ts';
import { csvLines } from '../../../src/report/csv.ts';
import { csvColumns, csvRow } from '../../../src/report/http/csv-row.ts';
import { transactionRow } from '../../../src/report/http/rows.ts';
import { ROOT } from '../../support/command.ts';

const telling = { headers: false, explains: false, secrets: false };

function byRow(transaction: Transaction): string {
  const row = transactionRow('tcp:3', transaction, telling);
  const [, line] = csvLines(csvColumns, [{ ...row, anomalies: row.anomalies.join(' ') }]);
  return line!;
}

async function transactionsOf(path: string): Promise<Transaction[]> {
  const found: Transaction[] = [];
  const closed = (transaction: Transaction): void => void found.push(transaction);
  const http2 = (client: 0 | 1, upgraded: Transaction | null): Http2 => new Http2(client, { closed }, upgraded);
  const http = new HttpRun({ log: new KeyLog(), rsa: [] }, () => ({ closed, http2 }));
  await analyze([path], { observer: http.tap, onOpen: http.onOpen }).catch(() => undefined);
  http.finish();
  return found;
}

const captures = (folder: string, wanted: RegExp): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => wanted.test(name) && /\.(pcap|pcapng|cap)$/.test(name))
        .map((name) => join(folder, name))
    : [];

test('on recordings, and on captures with odd requests', async () => {
  const paths = [
    ...captures(join(ROOT, 'fixtures/http'), /./),
    ...captures(join(ROOT, '../shared/captures'), /http|h2c/i),
  ];
  let count = 0;
  for (const path of paths) {
    for (const transaction of await transactionsOf(path)) {
      count++;
      expect(csvRow('tcp:3', transaction)).toBe(byRow(transaction));
    }
  }
  expect(count).toBeGreaterThan(40);
});
