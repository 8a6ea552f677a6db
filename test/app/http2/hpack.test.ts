/** HPACK against the examples of RFC 7541 appendix C, and Huffman codes of all bytes. */
import { describe, expect, test } from 'vitest';
import { Hpack } from '../../../src/app/http2/hpack.ts';
import { huffmanText } from '../../../src/app/http2/huffman.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const lines = (fields: readonly { name: string; value: string }[] | null): string[] | null =>
  fields?.map(({ name, value }) => `${name}: ${value}`) ?? null;

/** Blocks of one connection one after the other, and the fields of each. */
const examples: readonly (readonly [string, readonly (readonly [block: string, fields: readonly string[]])[]])[] = [
  [
    'C.2.1 literal with indexing',
    [['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', ['custom-key: custom-header']]],
  ],
  ['C.2.2 literal without indexing', [['040c 2f73 616d 706c 652f 7061 7468', [':path: /sample/path']]]],
  ['C.2.3 literal never indexed', [['1008 7061 7373 776f 7264 0673 6563 7265 74', ['password: secret']]]],
  ['C.2.4 indexed', [['82', [':method: GET']]]],
  [
    'C.3 requests without Huffman',
    [
      [
        '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
      ],
      [
        '8286 84be 5808 6e6f 2d63 6163 6865',
        [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
      ],
      [
        '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
        [
          ':method: GET',
          ':scheme: https',
          ':path: /index.html',
          ':authority: www.example.com',
          'custom-key: custom-value',
        ],
      ],
    ],
  ],
  [
    'C.4 requests with Huffman',
    [
      [
        '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
        [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
      ],
      [
        '8286 84be 5886 a8eb 1064 9cbf',
        [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
      ],
      [
        '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
        [
          ':method: GET',
          ':scheme: https',
          ':path: /index.html',
          ':authority: www.example.com',
          'custom-key: custom-value',
        ],
      ],
    ],
  ],
];

describe('RFC 7541 appendix C', () => {
  test.each(examples)('%s', (_, blocks) => {
    const hpack = new Hpack();
    for (const [block, fields] of blocks) expect(lines(hpack.decode(hex(block)))).toEqual(fields);
  });

  test('C.6 responses with Huffman: a table of 256 bytes evicts', () => {
    const hpack = new Hpack();
    hpack.decode(hex('3fe1 01'));
    const date = 'date: Mon, 21 Oct 2013 20:13:21 GMT';
    const place = 'location: https://www.example.com';
    expect(
      lines(
        hpack.decode(
          hex(
            '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
          ),
        ),
      ),
    ).toEqual([':status: 302', 'cache-control: private', date, place]);
    expect(lines(hpack.decode(hex('4883 640e ffc1 c0bf')))).toEqual([
      ':status: 307',
      'cache-control: private',
      date,
      place,
    ]);
    expect(
      lines(
        hpack.decode(
          hex(
            '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
          ),
        ),
      ),
    ).toEqual([
      ':status: 200',
      'cache-control: private',
      'date: Mon, 21 Oct 2013 20:13:22 GMT',
      place,
      'content-encoding: gzip',
      'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ]);
  });
});

describe('what makes no sense', () => {
  test.each([
    ['an index of nothing', 'ff00'],
    ['index zero', '80'],
    ['an integer that never ends', 'ffffffffffffffffffff'],
    ['a string longer than the block', '000a61'],
    ['no value', '000161'],
    ['padding of zeros', '000161811a'],
    ['a table larger than any', '3fe1ffffff7f'],
  ])('%s', (_, block) => {
    const hpack = new Hpack();
    expect(hpack.decode(hex(block))).toBeNull();
    expect(hpack.decode(hex('82')), 'and nothing after it is trusted').toBeNull();
  });

  test('the end of string inside a string', () => {
    expect(huffmanText(hex('ffffffff'), 0, 4)).toBeNull();
  });
});

/** Code and bits as RFC 7541 appendix B lists them, padded with ones. */
function padded(code: number, bits: number): Uint8Array {
  const text = code
    .toString(2)
    .padStart(bits, '0')
    .padEnd(8 * Math.ceil(bits / 8), '1');
  return Uint8Array.from(text.match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2));
}

test.each([
  [0x00, 0x1ff8, 13],
  [0x0a, 0x3ffffffc, 30],
  [0x20, 0x14, 6],
  [0x30, 0x0, 5],
  [0x41, 0x21, 6],
  [0x5c, 0x7fff0, 19],
  [0x7a, 0x7b, 7],
  [0x7f, 0xffffffc, 28],
  [0x80, 0xfffe6, 20],
  [0xf9, 0xffffffe, 28],
  [0xff, 0x3ffffee, 26],
])('symbol %i is %i in %i bits', (symbol, code, bits) => {
  const bytes = padded(code, bits);
  expect(huffmanText(bytes, 0, bytes.length)).toBe(String.fromCharCode(symbol));
});
