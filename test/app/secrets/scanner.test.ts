/** Secrets in streams: what is one, what is none, and that no cut of the bytes hides one. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecretScanner } from '../../../src/app/secrets/scanner.ts';
import type { Side } from '../../../src/stream/segment.ts';

type Said = readonly [side: Side, text: string];

/** What both sides said, secrets as `<what>`. */
function shown(said: readonly Said[], cut = Infinity): string {
  const scanner = new SecretScanner();
  const texts: [string, string] = ['', ''];
  for (const [side, text] of said) {
    for (let at = 0; at < text.length; at += cut) {
      const piece = text.slice(at, at + cut);
      scanner.data(side, Buffer.from(piece, 'latin1'), texts[side].length);
      texts[side] += piece;
    }
  }
  for (const side of [0, 1] as const) scanner.end(side);
  return ([0, 1] as const).map((side) => hidden(scanner, side, texts[side])).join('|');
}

function hidden(scanner: SecretScanner, side: Side, text: string): string {
  let out = '';
  let at = 0;
  for (const { start, end, what } of scanner.ranges(side)) {
    expect(start).toBeGreaterThanOrEqual(at);
    out += `${text.slice(at, start)}<${what}>`;
    at = Math.min(end, text.length);
  }
  return out + text.slice(at);
}

/** Lines of the client; `S ` stands before those of the server. */
const dialogue = (lines: readonly string[]): Said[] =>
  lines.map((line): Said => (line.startsWith('S ') ? [1, `${line.slice(2)}\r\n`] : [0, `${line}\r\n`]));

const cases: readonly [name: string, lines: readonly string[], client: readonly string[]][] = [
  ['HTTP Basic', ['Authorization: Basic dTpw'], ['Authorization: Basic <authorization>']],
  [
    'HTTP Digest, a proxy, small letters',
    ['proxy-authorization: digest username="u", response="1f"'],
    ['proxy-authorization: digest <authorization>'],
  ],
  ['a token without a scheme', ['Authorization: abcdef'], ['Authorization: <authorization>']],
  ['cookies', ['Cookie: a=1; b=2', 'Set-Cookie: s=3; Path=/'], ['Cookie: <cookie>', 'Set-Cookie: <cookie>']],
  ['a header in two lines', ['Cookie: a=1;', '  b=2', 'Host: h'], ['Cookie: <cookie>', '<cookie>', 'Host: h']],
  ['a carriage return inside', ['Cookie: a=1\rb=2'], ['Cookie: <cookie>']],
  ['keys', ['X-Api-Key: k'], ['X-Api-Key: <key>']],
  [
    'a form and a query',
    ['POST /login?user=u&password=geheim HTTP/1.1', 'name=u&passwd=a%20b&x=1&api_key=z'],
    ['POST /login?user=u&password=<password> HTTP/1.1', 'name=u&passwd=<password>&x=1&api_key=<password>'],
  ],
  [
    'JSON',
    [String.raw`{"user":"u","password": "a\"b","access_token":"t","n":1}`],
    ['{"user":"u","password": "<password>","access_token":"<password>","n":1}'],
  ],
  ['a URL', ['GET http://u:geheim@h/ HTTP/1.1'], ['GET http://u:<password>@h/ HTTP/1.1']],
  ['FTP and POP3', ['USER u', 'PASS geheim wort', 'APOP u 1f'], ['USER u', 'PASS <password>', 'APOP u <password>']],
  [
    'IMAP',
    ['a1 LOGIN u geheim', 'a2 login "u x" "p w"', 'a3 SELECT INBOX'],
    ['a1 LOGIN u <password>', 'a2 login "u x" <password>', 'a3 SELECT INBOX'],
  ],
  ['AUTH PLAIN at once', ['AUTH PLAIN AHUAcA==', 'MAIL FROM:<a@b>'], ['AUTH PLAIN <password>', 'MAIL FROM:<a@b>']],
  [
    'AUTH LOGIN, answers in lines of their own',
    ['AUTH LOGIN', 'S 334 VXNlcm5hbWU6', 'dXNlcg==', 'S 334 UGFzc3dvcmQ6', 'cGFzcw==', 'QUIT'],
    ['AUTH LOGIN', '<password>', '<password>', 'QUIT'],
  ],
  [
    'AUTHENTICATE of IMAP',
    ['a1 AUTHENTICATE PLAIN', 'S +', 'AHUAcA==', 'a2 NOOP'],
    ['a1 AUTHENTICATE PLAIN', '<password>', 'a2 NOOP'],
  ],
  ['Redis in a line', ['AUTH geheim', 'GET x'], ['AUTH <password>', 'GET x']],
  [
    'Redis',
    ['*3', '$4', 'AUTH', '$1', 'u', '$6', 'geheim', '*1', '$4', 'PING'],
    ['*3', '$4', 'AUTH', '$1', '<password>', '$6', '<password>', '*1', '$4', 'PING'],
  ],
  [
    'a form in parts',
    ['Content-Disposition: form-data; name="password"', '', 'geheim', '--x--'],
    ['Content-Disposition: form-data; name="password"', '', '<password>', '--x--'],
  ],
  // None of these is a secret.
  ['USER, an author, a passport', ['USER u', 'author: me', 'passport=1'], ['USER u', 'author: me', 'passport=1']],
  ['AUTH of POP3, which asks', ['AUTH', 'USER u', 'STAT'], ['AUTH', 'USER u', 'STAT']],
  ['a mechanism alone', ['AUTH LOGIN', 'MAIL FROM:<a@b>'], ['AUTH LOGIN', 'MAIL FROM:<a@b>']],
  ['a text about it', ['the password is required'], ['the password is required']],
];

describe('lines', () => {
  test.each(cases)('%s', (_, lines, client) => {
    expect(shown(dialogue(lines)).split('|')[0]).toBe(client.map((line) => `${line}\r\n`).join(''));
  });

  test.each([1, 2, 3, 7])('cut into pieces of %i', (cut) => {
    for (const [name, lines] of cases) expect(shown(dialogue(lines), cut), name).toBe(shown(dialogue(lines)));
  });
});

test('a password that was asked for, key by key, and nothing else', () => {
  const keys = [...'geheim\r\0'].map((key): Said => [0, key]);
  const said: Said[] = [[1, 'login: '], [0, 'u\r\0'], [1, 'u\r\nPassword: '], ...keys, [1, '\r\n$ '], [0, 'ls\r\0']];
  expect(shown(said)).toBe('u\r\0<password>\r\0ls\r\0|login: u\r\nPassword: \r\n$ ');
});

test('a long line is cut, and what stands across the cut is found', () => {
  for (const before of [8170, 8180, 8184, 8188, 8192, 16_300]) {
    const line = `${'x'.repeat(before)}&password=geheim&y=1\n`;
    const out = shown([[0, line]]);
    expect(out, String(before)).not.toContain('geheim');
    expect(out).toContain('password=<password>');
  }
  expect(shown([[0, `Cookie: ${'c'.repeat(30_000)}\nHost: h\n`]])).toMatch(/^Cookie: (<cookie>)+\nHost: h\n\|$/);
});

test('behind a gap lines begin anew', () => {
  const scanner = new SecretScanner();
  scanner.data(0, Buffer.from('PASS geh'), 0);
  scanner.gap(0, 8, 4);
  scanner.data(0, Buffer.from('PASS x\n'), 12);
  expect(scanner.ranges(0).map(({ start, end }) => [start, end])).toEqual([
    [5, 8],
    [17, 18],
  ]);
});

test('any bytes at all: ranges are in order, and within the stream', () => {
  const word = fc.constantFrom(
    'PASS ',
    'Cookie: ',
    'AUTH ',
    '\r\n',
    '\n',
    '\0',
    '$4',
    'password=',
    'Password: ',
    '"',
    'x',
  );
  const said = fc.tuple(fc.constantFrom<Side>(0, 1), fc.oneof(word, fc.string({ maxLength: 30 })));
  fc.assert(
    fc.property(fc.array(said, { maxLength: 60 }), (story) => {
      shown(story);
    }),
    { numRuns: 500 },
  );
});
