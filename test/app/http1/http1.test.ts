/** HTTP/1 in tables: what is sent, and what is understood of it (RFC 9112). */
import { array, assert, constantFrom, infiniteStream, integer, oneof, property, tuple, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Transaction } from '../../../src/app/http/message.ts';
import type { Side } from '../../../src/stream/segment.ts';
import { type Carried, END, type Step, converse, facts, lines } from './conversation.ts';

const get = (path: string, more = ''): Step => ['>', `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`];
const ok = (body: string, more = ''): Step => [
  '<',
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`,
];
const head = 'HTTP/1.1 200 OK\r\n';
const post = (more: string, body: string): Step => ['>', `POST /p HTTP/1.1\r\nHost: a\r\n${more}\r\n${body}`];

type Table = readonly (readonly [what: string, steps: readonly Step[], found: readonly string[]])[];

const tables: Readonly<Record<string, Table>> = {
  'who answers whom': [
    ['one after the other', [get('/a'), ok('12345'), get('/b'), ok('1')], ['GET /a -> 200 5 B', 'GET /b -> 200 1 B']],
    ['pipelined', [get('/a'), get('/b'), ok('12345'), ok('1')], ['GET /a -> 200 5 B', 'GET /b -> 200 1 B']],
    ['no answer', [get('/a'), ok('1'), get('/b')], ['GET /a -> 200 1 B', 'GET /b -> none']],
    ['an answer to nothing', [ok('12'), ['<', END], ['>', END]], ['? -> 200 2 B']],
    [
      '100 and then the answer',
      [
        post('Content-Length: 2\r\nExpect: 100-continue\r\n', ''),
        ['<', 'HTTP/1.1 100 Continue\r\n\r\n'],
        ['>', 'xy'],
        ok('1'),
      ],
      ['POST /p +2 B -> 100 200 1 B'],
    ],
    [
      '103 and then the answer',
      [get('/a'), ['<', 'HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\n'], ok('1')],
      ['GET /a -> 103 200 1 B'],
    ],
    [
      'the answer comes before the whole request',
      [
        post('Content-Length: 4\r\n', 'ab'),
        ['<', 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'],
        ['>', 'cd'],
        get('/b'),
        ok('1'),
      ],
      ['POST /p +4 B -> 413 0 B', 'GET /b -> 200 1 B'],
    ],
  ],
  'where a body ends (RFC 9112 section 6.3)': [
    [
      'HEAD',
      [['>', 'HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n'], ['<', `${head}Content-Length: 5\r\n\r\n`], get('/b'), ok('1')],
      ['HEAD /a -> 200 0 B', 'GET /b -> 200 1 B'],
    ],
    [
      '204',
      [get('/a'), ['<', 'HTTP/1.1 204 No Content\r\n\r\n'], get('/b'), ok('1')],
      ['GET /a -> 204 0 B', 'GET /b -> 200 1 B'],
    ],
    [
      '304 with a length',
      [get('/a'), ['<', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'], get('/b'), ok('1')],
      ['GET /a -> 304 0 B', 'GET /b -> 200 1 B'],
    ],
    ['up to the FIN', [get('/a'), ['<', `${head}\r\nabc`], ['<', 'def'], ['<', END]], ['GET /a -> 200 6 B']],
    ['up to the end of the capture', [get('/a'), ['<', `${head}\r\nabc`]], ['GET /a -> 200 3 B']],
    [
      'shorter than announced',
      [get('/a'), ['<', `${head}Content-Length: 9\r\n\r\nabc`], ['<', END]],
      ['GET /a -> 200 3 B (closed)'],
    ],
    [
      'chunks',
      [
        get('/a'),
        ['<', `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n`],
        get('/b'),
        ok('1'),
      ],
      ['GET /a -> 200 13 B', 'GET /b -> 200 1 B'],
    ],
    [
      'chunks with a trailer',
      [
        get('/a'),
        ['<', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nDigest: y\r\n\r\n`],
        get('/b'),
        ok('1'),
      ],
      ['GET /a -> 200 1 B', 'GET /b -> 200 1 B'],
    ],
    [
      'a chunked request',
      [post('Transfer-Encoding: chunked\r\n', '2\r\nab\r\n0\r\n\r\n'), ok('1')],
      ['POST /p +2 B -> 200 1 B'],
    ],
    ['a request without length has no body', [post('', ''), ok('1')], ['POST /p -> 200 1 B']],
    [
      'HTTP/1.0',
      [
        ['>', 'GET /a HTTP/1.0\r\n\r\n'],
        ['<', 'HTTP/1.0 200 OK\r\n\r\nabc'],
        ['<', END],
      ],
      ['GET /a -> 200 3 B'],
    ],
    [
      'HTTP/0.9',
      [
        ['>', 'GET /a\r\n'],
        ['<', '<html>'],
        ['<', END],
      ],
      ['GET /a -> none'],
    ],
  ],
  'forms of targets (RFC 9112 section 3.2)': [
    ['absolute', [['>', 'GET http://b/x HTTP/1.1\r\nHost: b\r\n\r\n'], ok('1')], ['GET http://b/x -> 200 1 B']],
    ['asterisk', [['>', 'OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n'], ok('')], ['OPTIONS * -> 200 0 B']],
    [
      'CONNECT, and then a tunnel',
      [['>', 'CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n'], ['<', 'HTTP/1.1 200 Yes\r\n\r\n'], get('/in'), ok('1')],
      ['CONNECT b:443 -> 200 0 B'],
    ],
    [
      'CONNECT refused, and then a request',
      [
        ['>', 'CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n'],
        ['<', 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n'],
        get('/b'),
        ok('1'),
      ],
      ['CONNECT b:443 -> 403 0 B', 'GET /b -> 200 1 B'],
    ],
    [
      'Upgrade ignored, with a request behind it',
      [get('/a', 'Upgrade: x\r\nConnection: upgrade\r\n'), get('/b'), ok('12'), ok('1')],
      ['GET /a -> 200 2 B', 'GET /b -> 200 1 B'],
    ],
    [
      'Upgrade taken',
      [
        get('/a', 'Upgrade: x\r\n'),
        ['<', 'HTTP/1.1 101 Fine\r\nUpgrade: x\r\n\r\n'],
        ['>', 'GET /no HTTP/1.1\r\n\r\n'],
      ],
      ['GET /a -> 101 0 B'],
    ],
  ],
  'odd forms': [
    [
      'length and chunked: chunked wins',
      [post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), ok('1')],
      ['POST /p -> 200 1 B [length-and-chunked]'],
    ],
    [
      'lengths that differ: the first',
      [post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abc'), ok('1')],
      ['POST /p +3 B -> 200 1 B [lengths-differ]'],
    ],
    [
      'the same length twice',
      [post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'), ok('1')],
      ['POST /p +3 B -> 200 1 B [length-repeated]'],
    ],
    ['a length that is none', [post('Content-Length: +3\r\n', ''), ok('1')], ['POST /p -> 200 1 B [length-invalid]']],
    [
      'an unknown coding',
      [post('Transfer-Encoding: xchunked\r\n', ''), ok('1')],
      ['POST /p -> 200 1 B [coding-unknown chunked-not-last]'],
    ],
    [
      'chunked and then something',
      [get('/a'), ['<', `${head}Transfer-Encoding: chunked, gzip\r\n\r\nabc`], ['<', END]],
      ['GET /a -> 200 3 B [chunked-not-last]'],
    ],
    [
      'chunked in HTTP/1.0',
      [get('/a'), ['<', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n']],
      ['GET /a -> 200 0 B [chunked-in-1.0]'],
    ],
    [
      'space before the colon',
      [post('Content-Length : 2\r\n', 'ab'), ok('1')],
      ['POST /p +2 B -> 200 1 B [space-before-colon]'],
    ],
    ['a line continued', [get('/a', 'X: 1\r\n 2\r\n'), ok('1')], ['GET /a -> 200 1 B [line-folding]']],
    ['LF alone', [['>', 'GET /a HTTP/1.1\nHost: a\n\n'], ok('1')], ['GET /a -> 200 1 B [bare-lf]']],
    ['CR alone', [get('/a', 'X: 1\r2\r\n'), ok('1')], ['GET /a -> 200 1 B [bare-cr]']],
    ['NUL', [get('/a', 'X: \u0000\r\n'), ok('1')], ['GET /a -> 200 1 B [nul-byte]']],
    ['no colon', [get('/a', 'nonsense\r\n'), ok('1')], ['GET /a -> 200 1 B [name-invalid]']],
    ['two hosts', [get('/a', 'Host: b\r\n'), ok('1')], ['GET /a -> 200 1 B [host-repeated]']],
    ['no host', [['>', 'GET /a HTTP/1.1\r\n\r\n'], ok('1')], ['GET /a -> 200 1 B [host-missing]']],
    [
      'spaces in the request line',
      [['>', 'GET  /a HTTP/1.1\r\nHost: a\r\n\r\n'], ok('1')],
      ['GET /a -> 200 1 B [start-line-spaces]'],
    ],
    [
      'empty lines before',
      [['>', '\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n'], ok('1')],
      ['GET /a -> 200 1 B [empty-lines-before]'],
    ],
    [
      'a chunk size that is none',
      [post('Transfer-Encoding: chunked\r\n', 'zz\r\n'), ok('1')],
      ['POST /p -> 200 1 B (broken) [chunk-invalid]'],
    ],
    [
      'a chunk that does not end',
      [post('Transfer-Encoding: chunked\r\n', '2\r\nabc\r\n'), ok('1')],
      ['POST /p +2 B -> 200 1 B (broken) [chunk-invalid]'],
    ],
    [
      'chunk lines with LF alone',
      [post('Transfer-Encoding: chunked\r\n', '2\nab\n0\n\n'), ok('1')],
      ['POST /p +2 B -> 200 1 B [chunk-line-bare-lf]'],
    ],
  ],
  'bytes that the capture lacks': [
    [
      'in a body',
      [get('/a'), ['<', `${head}Content-Length: 9\r\n\r\nabc`], ['<', 6], get('/b'), ok('1')],
      ['GET /a -> 200 3 B (gap)', 'GET /b -> 200 1 B'],
    ],
    [
      'in a chunk',
      [
        get('/a'),
        ['<', `${head}Transfer-Encoding: chunked\r\n\r\n9\r\nabc`],
        ['<', 6],
        ['<', '\r\n0\r\n\r\n'],
        get('/b'),
        ok('1'),
      ],
      ['GET /a -> 200 3 B (gap)', 'GET /b -> 200 1 B'],
    ],
    [
      'over the end of a body: the next answer is found',
      [get('/a'), ['<', `${head}Content-Length: 9\r\n\r\nabc`], ['<', 20], get('/b'), ok('1')],
      ['GET /a -> 200 3 B (gap)', 'GET /b -> 200 1 B'],
    ],
    [
      'a whole answer: it belongs to the last request',
      [get('/a'), ['<', 500], get('/b'), ok('1')],
      ['GET /a -> none', 'GET /b -> 200 1 B'],
    ],
    [
      'a request: its answer belongs to nobody',
      [get('/a'), ok('1'), ['>', 30], ok('22')],
      ['GET /a -> 200 1 B', '? -> 200 2 B'],
    ],
    ['in a head', [['>', 'GET /a HTTP/1.1\r\nHos'], ['>', 20], get('/b'), ok('1')], ['GET /b -> 200 1 B']],
  ],
  'what is not HTTP': [
    [
      'TLS',
      [
        ['>', '\u0016\u0003\u0001\u0000\u0005hello'],
        ['<', '\u0016\u0003\u0003\u0000\u0005hello'],
      ],
      [],
    ],
    [
      'SSH',
      [
        ['<', 'SSH-2.0-x\r\n'],
        ['>', 'SSH-2.0-y\r\n'],
      ],
      [],
    ],
    [
      'SMTP',
      [
        ['<', '220 mx ESMTP\r\n'],
        ['>', 'EHLO x\r\n'],
        ['<', '250 mx\r\n'],
        ['>', 'MAIL FROM:<a>\r\n'],
      ],
      [],
    ],
    [
      'a key-value store',
      [
        ['>', 'get key HTTP\r\n'],
        ['<', 'VALUE key 0 1\r\nx\r\nEND\r\n'],
      ],
      [],
    ],
  ],
};

/** Segments are what tells where a message may begin. */
const joined: Table = [
  ['of a body', [['<', 'tail of something'], get('/b'), ok('1')], ['GET /b -> 200 1 B']],
  [
    'behind a SOCKS greeting',
    [['>', '\u0005\u0001\u0000'], ['<', '\u0005\u0000'], get('/b'), ok('1')],
    ['GET /b -> 200 1 B'],
  ],
];

test.each(joined)('joined in the middle: %s', (_what, steps, found) => {
  expect(lines(converse(steps))).toEqual(found);
});

describe.each(Object.entries(tables))('%s', (_, rows) => {
  test.each(rows)('%s', (_what, steps, found) => {
    expect(lines(converse(steps))).toEqual(found);
  });

  test.each(rows)('%s, byte by byte', (_what, steps, found) => {
    expect(lines(converse(steps, () => 1))).toEqual(found);
  });
});

const all = Object.values(tables).flatMap((rows) => rows.map(([, steps]) => steps));

test('any cut of the bytes gives the same messages', () => {
  const cuts = infiniteStream(integer({ min: 1, max: 40 }));
  assert(
    property(constantFrom(...all), cuts, (steps, sizes) => {
      expect(facts(converse(steps, () => sizes.next().value as number))).toEqual(facts(converse(steps)));
    }),
    { numRuns: 500 },
  );
});

/** Of each message in `start` to `end`: the frames of its first byte, of its last, and of the last of its head. */
function expectPlaces(found: readonly Transaction[], carried: readonly Carried[]): void {
  const frameOf = (of: Side, offset: number): number | undefined =>
    carried.find(({ side, start, end }) => side === of && start <= offset && offset < end)?.frame;
  for (const { request, response } of found) {
    for (const message of [request, response]) {
      if (message === null) continue;
      const { side, first, headAt, last, start, end, text, lack } = message;
      const places = [frameOf(side, start), frameOf(side, start + text.length - 1)];
      expect([first.frame, headAt.frame]).toEqual(places);
      if (lack === null) expect(last.frame).toBe(frameOf(side, end - 1));
    }
  }
}

test('messages begin and end with the frames that have their first and their last bytes', () => {
  const cuts = infiniteStream(integer({ min: 1, max: 40 }));
  const whole = all.filter((steps) => steps.every(([, what]) => typeof what !== 'number'));
  expect(whole.length).toBeGreaterThan(40);
  assert(
    property(constantFrom(...whole), cuts, (steps, sizes) => {
      const carried: Carried[] = [];
      expectPlaces(
        converse(steps, () => sizes.next().value as number, carried),
        carried,
      );
    }),
    { numRuns: 500 },
  );
});

test('whatever comes, nothing throws', () => {
  const piece = oneof(
    constantFrom(
      'GET / HTTP/1.1\r\n',
      'HTTP/1.1 200 OK\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Content-Length: 3\r\n',
      '\r\n',
      '0\r\n\r\n',
      '5\r\n',
      ' ',
      'Upgrade: h2c\r\n',
      'HTTP/1.1 101 x\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ),
    uint8Array({ maxLength: 12 }),
    integer({ min: 1, max: 9 }),
  );
  assert(
    property(array(tuple(constantFrom('>' as const, '<' as const), piece), { maxLength: 20 }), (steps) => {
      expect(Array.isArray(lines(converse(steps)))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('queues, reuse and depth', () => {
  const [a, b, c] = converse([get('/a'), get('/b'), ok('1'), ok('1'), get('/c'), ok('1')]);
  expect([a, b, c].map((each) => [each!.reuse, each!.pipelineDepth, each!.queuedUntil?.frame ?? null])).toEqual([
    [0, 1, null],
    [1, 2, 3],
    [2, 1, null],
  ]);
});

test('more requests than may wait: the oldest are let go', () => {
  const requests = Array.from({ length: 1030 }, (_, i) => get(`/${i}`));
  const found = converse([...requests, ok('1')]);
  expect(found).toHaveLength(1030);
  expect(found.findIndex(({ response }) => response !== null)).toBe(6);
});

test.each([
  ['a request line of spaces', 'GET /' + ' '.repeat(60_000) + '\r\n\r\n'],
  ['a head of continued lines', 'GET / HTTP/1.1\r\nX: 1\r\n' + ' 2\r\n'.repeat(60_000) + '\r\n'],
  ['a search through status lines that are none', 'HTTP/1.1 200 x\r'.repeat(50_000)],
])('%s takes no time', (_, text) => {
  const began = performance.now();
  converse([get('/a'), ok('1'), ['>', 3], ['>', text], ['<', 3], ['<', text]]);
  converse([['>', text]]);
  expect(performance.now() - began).toBeLessThan(5000);
});
