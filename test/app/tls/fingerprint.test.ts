/** JA4 against what other programs printed: FoxIO's own test data, and Arkime's for captures of ../shared/captures. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readClientHello } from '../../../src/app/tls/client-hello.ts';
import { ja3, ja4 } from '../../../src/app/tls/fingerprint.ts';
import { clientHello, usualExtension } from './hello-bytes.ts';
import { type Truth, captures, handshakesOf } from './truth.ts';

const GREASE = 0x5a5a;

/**
 * `lists` is what FoxIO's tool prints as JA4_ro: its first part, and suites, extensions and signature algorithms in the order of
 * the hello, without GREASE; from the test data of github.com/FoxIO-LLC/ja4 (badcurveball, browsers-x509, latest,
 * sigalg-grease). `ja4` is what it makes of them.
 */
const published: readonly (readonly [lists: string, alpn: string, ja4: string])[] = [
  [
    't13d1615h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035,000a_0000,0017,ff01,000a,000b,0023,0010,0005,000d,0012,0033,002d,002b,001b,0015_0403,0804,0401,0503,0805,0501,0806,0601,0201',
    'h2',
    't13d1615h2_46e7e9700bed_45f260be83e2',
  ],
  [
    't13d1516h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035_000d,0000,000a,0005,000b,002b,001b,ff01,0033,4469,002d,0023,0017,0012,0010,0015_0403,0804,0401,0503,0805,0501,0806,0601',
    'h2',
    't13d1516h2_8daaf6152771_e5627efa2ab1',
  ],
  [
    't12d190800_c02c,c02b,c030,c02f,c024,c023,c028,c027,c00a,c009,c014,c013,009d,009c,003d,003c,0035,002f,000a_0000,0005,000a,000b,000d,0023,0017,ff01_0804,0805,0806,0401,0501,0201,0403,0503,0203,0202,0601,0603',
    '',
    't12d190800_d83cc789557e_7af1ed941c26',
  ],
  [
    't13d1516h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035_000d,0010,0000,000b,0023,4469,ff01,0033,000a,002d,002b,0005,0017,0012,001b,0029_0403,0804,0401,0503,0805,0501,0806,0601',
    'h2',
    't13d1516h2_8daaf6152771_9b887d9acb53',
  ],
  [
    't13d1517h2_1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035_fe0d,0010,0017,0033,44cd,ff01,000a,000d,0023,002b,000b,ca34,002d,0000,0005,001b,0012_0904,0905,0906,0403,0804,0401,0503,0805,0501,0806,0601',
    'h2',
    't13d1517h2_8daaf6152771_cb7bf5808d99',
  ],
];

const numbersOf = (list: string): number[] =>
  list === '' ? [] : list.split(',').map((word) => Number.parseInt(word, 16));

/** A hello with these lists; `grease` in front of each. */
function helloOf(lists: string, alpn: string, grease: readonly number[]): ReturnType<typeof readClientHello> {
  const [head = '', suites = '', types = '', signatures = ''] = lists.split('_');
  const versions = head.startsWith('t13') ? [...grease, 0x0304, 0x0303] : [];
  const parts = { versions, signatures: [...grease, ...numbersOf(signatures)], alpn };
  const extensions = [...grease, ...numbersOf(types)].map((type) => usualExtension(type, parts));
  const bytes = clientHello({ suites: [...grease, ...numbersOf(suites)], extensions });
  return readClientHello(Uint8Array.from(bytes));
}

test.each(published)('%s', (lists, alpn, expected) => {
  for (const grease of [[], [GREASE]]) {
    expect(ja4(helloOf(lists, alpn, grease))).toBe(expected);
  }
  // JA3 keeps the order, so one list turned around is another fingerprint; JA4 sorts it.
  const [head, suites, types, signatures] = lists.split('_');
  const turned = [head, suites!.split(',').toReversed().join(','), types, signatures].join('_');
  expect(ja4(helloOf(turned, alpn, []))).toBe(expected);
  expect(ja3(helloOf(turned, alpn, []))).not.toBe(ja3(helloOf(lists, alpn, [])));
});

test('the first part: versions, names, counts, protocols', () => {
  const headOf = (lists: string, alpn: string): string => ja4(helloOf(lists, alpn, [])).split('_')[0]!;
  expect(headOf('t12_c02f_000a_', '')).toBe('t12i010100');
  expect(headOf('t12_c02f_0010_', 'http/1.1')).toBe('t12i0101h1');
  expect(headOf('t12_c02f_0010_', 'h')).toBe('t12i0101hh');
  // Bytes that are no letters or digits are told in hexadecimal: 0xab ... 0xcd is `ad`.
  expect(headOf('t12_c02f_0010_', '\xab\x00\xcd')).toBe('t12i0101ad');
  const many = Array.from({ length: 120 }, (_, i) => (0xc100 + i).toString(16)).join(',');
  expect(headOf(`t13_${many}_002b,0000_`, '')).toBe('t13d990200');
  expect(ja4(helloOf('t12___', '', []))).toBe('t12i000000_000000000000_000000000000');
});

interface ArkimeTls {
  readonly ja3?: readonly string[];
  readonly ja3s?: readonly string[];
  readonly ja4?: readonly string[];
}
interface Arkime {
  readonly sessions3: readonly {
    readonly body: { readonly tls?: ArkimeTls; readonly source: { readonly port: number } };
  }[];
}

const sessions = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.arkime.json'))
      .flatMap((name) => {
        const { sessions3 } = JSON.parse(readFileSync(join(captures, name), 'utf8')) as Arkime;
        const file = name.replace('.arkime.json', '');
        return sessions3.flatMap(({ body }) => (body.tls?.ja4 === undefined ? [] : [{ file, tls: body.tls }]));
      })
  : [];

describe.skipIf(sessions.length === 0)(`Arkime's of ${captures}`, () => {
  test('there are some', () => expect(sessions.length).toBeGreaterThanOrEqual(7));

  test.each(sessions)('$file', async ({ file, tls }) => {
    const truth = JSON.parse(readFileSync(join(captures, `${file}.truth.json`), 'utf8')) as Truth;
    const [own] = (await handshakesOf(truth)).values();
    expect([own!.handshake.ja4, own!.handshake.ja3, own!.handshake.ja3s]).toEqual([
      tls.ja4![0],
      tls.ja3![0],
      tls.ja3s![0],
    ]);
  });
});
