/** What is said of Accept fields: the member that covers best decides (RFC 9110 sections 12.4.2 and 12.5). */
import { expect, test } from 'vitest';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import type { Transaction } from '../../../src/app/http/message.ts';
import { explain } from '../../../src/app/http/semantics.ts';

const at = { frame: 1, seconds: 0, nanoseconds: 0 };

/** What is said of a request with these fields and its answer with those. */
function said(asked: string, answered: string, status = '200 OK'): string[] {
  const found: Transaction[] = [];
  const conversation = new HttpConversation({ closed: (transaction) => void found.push(transaction) });
  const push = (side: 0 | 1, text: string): void => {
    const bytes = Buffer.from(text, 'latin1');
    conversation.push(side, { bytes, start: 0, end: bytes.length, offset: 0, sent: at, now: at });
  };
  push(0, `GET / HTTP/1.1\r\nHost: a\r\n${asked}\r\n\r\n`);
  push(1, `HTTP/1.1 ${status}\r\nContent-Length: 2\r\n${answered}\r\n\r\nok`);
  conversation.finish();
  return explain(found[0]!)
    .filter(({ about }) => about.startsWith('Accept'))
    .map(({ about, text }) => `${about}: ${text.split('; ')[1]!}`);
}

test.each([
  ['Accept-Encoding: gzip, br', 'Content-Encoding: br', 'Accept-Encoding: came as br: one that it likes best'],
  [
    'Accept-Encoding: gzip, br;q=0.5',
    'Content-Encoding: br',
    'Accept-Encoding: came as br: not what it likes best (weight 0.5)',
  ],
  ['Accept-Encoding: gzip', 'Content-Encoding: br', 'Accept-Encoding: came as br, which is none of them'],
  ['Accept-Encoding: *, br;q=0', 'Content-Encoding: br', 'Accept-Encoding: came as br, which is none of them'],
  ['Accept-Encoding: gzip', 'X: y', 'Accept-Encoding: came as it is, without a coding'],
  [
    'Accept: text/html, */*;q=0.1',
    'Content-Type: text/html; charset=utf-8',
    'Accept: came as text/html: one that it likes best',
  ],
  [
    'Accept: text/html, */*;q=0.1',
    'Content-Type: image/png',
    'Accept: came as image/png: not what it likes best (weight 0.1)',
  ],
  [
    'Accept: text/*;q=0.3, text/html',
    'Content-Type: text/plain',
    'Accept: came as text/plain: not what it likes best (weight 0.3)',
  ],
  ['Accept: application/json', 'Content-Type: text/html', 'Accept: came as text/html, which is none of them'],
  [
    'Accept-Language: de, en;q=0.7',
    'Content-Language: de-AT',
    'Accept-Language: came as de-at: one that it likes best',
  ],
  ['Accept-Language: de', 'Content-Language: deu', 'Accept-Language: came as deu, which is none of them'],
])('%s, %s', (asked, answered, text) => {
  expect(said(asked, answered)).toEqual([text]);
});

test('nothing where there was no say, or nothing to choose', () => {
  expect(said('Accept: */*', 'Content-Type: text/html')).toEqual([]);
  expect(said('X: y', 'Content-Type: text/html')).toEqual([]);
  expect(said('Accept: application/json', 'Content-Type: text/html', '404 Not Found')).toEqual([]);
});

test('hostile fields take no time', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `a${i};q=0.${i % 10}`).join(',');
  const begun = performance.now();
  said(`Accept-Encoding: ${many}`, 'Content-Encoding: gzip');
  said(`Accept-Language: ${'-'.repeat(60_000)}`, `Content-Language: ${','.repeat(60_000)}`);
  expect(performance.now() - begun).toBeLessThan(2000);
});
