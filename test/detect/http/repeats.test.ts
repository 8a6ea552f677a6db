/** Repeats found while transactions end are those that their plain definition finds in all of them. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cachingOf, isConditional } from '../../../src/app/http/cache.ts';
import { type Message, type Transaction, valueOf } from '../../../src/app/http/message.ts';
import { Repeats } from '../../../src/detect/http/repeats.ts';
import { areOthers } from '../../../src/detect/http/whose-cache.ts';
import { converse } from '../../app/http1/conversation.ts';

const site = { name: 'tcp:0', client: '10.0.0.1', server: '10.0.0.2:80' };

interface Shape {
  readonly path: string;
  readonly asked: string;
  readonly answered: string;
  readonly start: number;
  readonly length: number;
}

const at = (seconds: number) => ({ frame: seconds, seconds: 1_700_000_000 + seconds, nanoseconds: 0 });

function transactionOf({ path, asked, answered, start, length }: Shape, index: number): Transaction {
  const [transaction] = converse([
    ['>', `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${asked}\r\n`],
    ['<', `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${answered}\r\n`],
  ]);
  const request: Message = { ...transaction!.request!, first: at(2 * start), complete: at(2 * start) };
  // No frame both ends an answer and asks.
  const end = at(2 * (start + length) + 1);
  const response: Message = {
    ...transaction!.response!,
    first: at(2 * start),
    last: end,
    complete: end,
    bodyBytes: index + 1,
  };
  return { ...transaction!, index, request, response };
}

const list = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const shape = fc.record({
  path: list('/a', '/b'),
  asked: list(
    '',
    '',
    'Accept: x\r\n',
    'If-None-Match: "1"\r\n',
    'Cache-Control: no-cache\r\n',
    'Cookie: a=1\r\n',
    'Cookie: a=2\r\n',
    'Via: 1.1 p\r\n',
    'Range: bytes=0-1\r\n',
  ),
  answered: list(
    '',
    'ETag: "1"\r\n',
    'ETag: "1"\r\n',
    'ETag: "2"\r\n',
    'ETag: "1"\r\nVary: Accept\r\n',
    'ETag: "1"\r\nVary: *\r\n',
    'Cache-Control: max-age=20\r\n',
    'Cache-Control: no-store\r\nETag: "1"\r\n',
    'Cache-Control: private, s-maxage=20\r\nETag: "1"\r\n',
    'Cache-Control: s-maxage=20\r\nETag: "1"\r\n',
    'Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n',
    'Expires: Tue, 14 Nov 2023 22:14:00 GMT\r\n',
    'Pragma: no-cache\r\nETag: "1"\r\n',
  ),
  start: fc.nat(100),
  length: fc.nat(12),
});

/** Of two fetches of one thing, one behind the other, whether the second was needless; as the finding explains it. */
function needless(before: Transaction, now: Transaction): 'fresh' | 'unchanged' | null {
  const [old, fresh] = [before.response!, now.response!];
  const shared = valueOf(before.request!, 'via') !== null;
  if (areOthers(valueOf(before.request!, 'cookie'), valueOf(now.request!, 'cookie'))) return null;
  const telling = ['etag', 'last-modified', 'cache-control', 'expires'];
  const caching = telling.some((name) => valueOf(old, name) !== null) ? cachingOf(before, shared) : null;
  if (
    caching === null ||
    !(shared ? caching.sharedStore : caching.privateStore) ||
    now.request!.first.frame < old.last.frame
  )
    return null;
  if (valueOf(now.request!, 'cache-control') !== null || valueOf(now.request!, 'range') !== null) return null;
  const vary = valueOf(old, 'vary')?.toLowerCase() ?? null;
  if (vary !== null && (vary === '*' || valueOf(before.request!, vary) !== valueOf(now.request!, vary))) return null;
  const { expirationTime, lifetimeFrom, validator } = caching;
  if (lifetimeFrom !== 'heuristic' && expirationTime !== null && now.request!.first.seconds < expirationTime)
    return 'fresh';
  const tags = [valueOf(fresh, 'etag'), valueOf(old, 'etag')];
  const isSame =
    tags[0] !== null || tags[1] !== null
      ? tags[0] === tags[1]
      : valueOf(fresh, 'last-modified') !== null && valueOf(fresh, 'last-modified') === valueOf(old, 'last-modified');
  return validator !== null && !isConditional(now.request!) && isSame ? 'unchanged' : null;
}

test('in the order in which answers end', () => {
  fc.assert(
    fc.property(fc.uniqueArray(shape, { maxLength: 30, selector: ({ start }) => start }), (shapes) => {
      const all = shapes.map(transactionOf);
      const expected = { requests: 0, fresh: 0, bytes: 0 };
      for (const path of ['/a', '/b']) {
        const same = all.filter((_, i) => shapes[i]!.path === path);
        const sorted = same.toSorted((a, b) => a.request!.first.frame - b.request!.first.frame);
        sorted.forEach((now, i) => {
          const verdict = i === 0 ? null : needless(sorted[i - 1]!, now);
          if (verdict === null) return;
          expected.requests++;
          if (verdict === 'fresh') expected.fresh++;
          expected.bytes += now.response!.bodyBytes;
        });
      }
      const repeats = new Repeats();
      for (const each of all.toSorted((a, b) => a.response!.last.frame - b.response!.last.frame))
        repeats.add(site, each);
      const [{ requests, fresh, bytes } = { requests: 0, fresh: 0, bytes: 0 }] = repeats.hosts();
      expect({ requests, fresh, bytes }).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('things that are never asked for again are let go in time, which is said', () => {
  const repeats = new Repeats();
  const first = transactionOf({ path: '/a', asked: '', answered: 'ETag: "1"\r\n', start: 1, length: 0 }, 0);
  const other = (i: number): Transaction => {
    const { head } = first.request!;
    const line = { ...head.line, target: `/${i}` } as typeof head.line;
    return { ...first, request: { ...first.request!, head: { ...head, line } } };
  };
  repeats.add(site, first);
  for (let i = 0; i < 40_000; i++) repeats.add(site, other(i));
  repeats.add(site, transactionOf({ path: '/a', asked: '', answered: 'ETag: "1"\r\n', start: 9, length: 0 }, 1));
  expect(repeats.limitReached).toBe(false);
  expect(repeats.hosts()).toMatchObject([{ host: 'a.test', requests: 1, site: 'tcp:0' }]);
  for (let i = 40_000; i < 80_000; i++) repeats.add(site, other(i));
  expect(repeats.limitReached).toBe(true);
});
