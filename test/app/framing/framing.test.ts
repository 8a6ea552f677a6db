/** Every framing, with what Netty's decoder of that name does with the same bytes. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, cut, tell } from './framed.ts';

describe('boundaries', () => {
  test.each<[spec: string, text: string, told: string]>([
    ['line', 'one\ntwo\r\n\nrest', '0-4 4-9 9-10 pending 10'],
    ['line', 'a\rb\r\r\nc\r', '0-6 pending 6'],
    ['line:max=3', 'one\nfour\nsix\n', '0-4 too-long 4-9 9-13'],
    [String.raw`delimiter:\r\n\r\n`, 'a\r\nb\r\n\r\nc\r\n\r', '0-8 pending 8'],
    [String.raw`delimiter:;|\n`, 'a;b\n;c', '0-2 2-4 4-5 pending 5'],
    [String.raw`delimiter:\||\x00|\\`, 'a|b\0c\\', '0-2 2-4 4-6'],
    ['delimiter:END|E', 'aENxENDb', '0-2 2-7 pending 7'],
    ['delimiter:E|END', 'aEND', '0-2 pending 2'],
    ['delimiter:END|E', 'aE', '0-2'],
    ['delimiter:aab', 'aaab', '0-4'],
    ['fixed:3', 'abcdefgh', '0-3 3-6 pending 6'],
    ['length:size=1', '\x03abc\x00\x02x', '0-4 4-5 pending 5'],
    ['length:size=2', '\x00\x01a\x01\x00', '0-3 pending 3'],
    ['length:size=2,endian=little', '\x01\x00a', '0-3'],
    ['length:size=3,offset=1,adjust=-4', '#\x00\x00\x05!#\x00\x00\x04', '0-5 5-9'],
    ['length:size=8', '\0\0\0\0\0\0\0\x01a', '0-9'],
    // Corrupted: skipped up to the end of the length field.
    ['length:size=8', '\xff\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0', 'corrupted 0-8 8-16'],
    ['length:size=1,adjust=-2', '\x01\x03a', 'corrupted 0-1 1-3'],
    ['length:size=1,strip=3', '\x01a\x02ab', 'corrupted 0-2 2-5'],
    // Too long: so many bytes are discarded.
    ['length:size=1,max=4', '\x05abcde\x01a', 'too-long 0-6 6-8'],
    ['length:size=4', '\x7f\xff\xff\xffabc', 'too-long 0-2147483651'],
    ['varint32', '\x01a\x80\x01', '0-2 pending 2'],
    ['varint32', `\x80\x01${'x'.repeat(128)}\x00`, '0-130 130-131'],
    ['varint32', '\xff\xff\xff\xff\xff\x00', 'corrupted 0-5 5-6'],
    ['varint32', '\xff\xff\xff\xff\x0f\x00', 'corrupted 0-5 5-6'],
    ['json', '{"a":[1,2]}\n [1] {"b":', '0-11 13-16 pending 17'],
    ['json', '{"a":"}\\"]\\\\"}{}', '0-14 14-16'],
    ['json', '{} x {}', '0-2 corrupted 3-4'],
    ['json:max=4', '[1,2,3]', 'too-long 0-5 corrupted 5-6'],
    ['tls', '\x16\x03\x01\x00\x02ab\x17\x03\x03\x00', '0-7 pending 7'],
    ['tls', '\x17\x03\x03\xff\xffab', 'too-long 0-65540'],
    ['dns-tcp', '\x00\x02ab\x00', '0-4 pending 4'],
    ['line', '', ''],
  ])('%s: %j', (spec, text, told) => {
    const bytes = bytesOf(text);
    expect(tell(spec, [bytes]).join(' ')).toBe(told);
    expect(tell(spec, cut(bytes, Array.from(bytes.keys()))).join(' '), 'byte by byte').toBe(told);
  });
});

describe('bytes that the capture lacks', () => {
  test.each<[spec: string, pieces: (string | number)[], told: string]>([
    ['line', ['a\nb', 2, 'c\nd\n'], '0-2 gap 2-5 gap 5-7 7-9'],
    ['delimiter:xy', ['axy', 1, 'xy'], '0-3 gap 3-4 gap 4-6'],
    ['fixed:3', ['ab', 3, 'cdef'], '0-3 3-6 6-9'],
    ['fixed:3', ['abc', 7, 'de'], '0-3 gap 3-9 9-12'],
    ['fixed:1', [1_900_000_000, 'a'], 'gap 0-1900000000 1900000000-1900000001'],
    ['length:size=1', ['\x05ab', 2, 'c\x01a'], '0-6 6-8'],
    ['length:size=1', ['\x02', 2, '\x01a'], '0-3 3-5'],
    ['length:size=1', ['\x02', 3, '\x01a'], '0-3 gap 3-4'],
    ['length:size=1,max=3', ['\x05', 2, 'abc\x01a'], 'too-long 0-6 6-8'],
    ['length:size=2', ['\x00', 1, 'ab'], 'gap 0-2'],
    ['varint32', [1, '\x01a'], 'gap 0-1'],
    ['json', ['{}{', 1, '}'], '0-2 gap 2-4'],
  ])('%s: %j', (spec, pieces, told) => {
    const given = pieces.map((piece) => (typeof piece === 'string' ? bytesOf(piece) : piece));
    expect(tell(spec, given).join(' ')).toBe(told);
  });
});

const specs = [
  'line',
  'line:max=2',
  String.raw`delimiter:\r\n\r\n|\0`,
  'delimiter:aab|ab|b',
  'fixed:3',
  'length:size=1',
  'length:size=2,offset=1,adjust=-2,strip=4,max=9',
  'length:size=8,max=70000',
  'varint32',
  'json',
  'json:max=5',
  'tls',
];

/** Bytes that mean something to one framing or another. */
const byte = fc.oneof(fc.constantFrom(...bytesOf('\0\x01\x02\x03\r\nab{}[]"\\ \xff\x80')), fc.nat(255));

test.each(specs)('%s: any cut of the bytes gives the same messages', (spec) => {
  const story = fc.tuple(fc.array(byte, { maxLength: 80 }), fc.array(fc.nat(80), { maxLength: 20 }));
  fc.assert(
    fc.property(story, ([list, places]) => {
      const bytes = Uint8Array.from(list);
      expect(tell(spec, cut(bytes, places))).toEqual(tell(spec, [bytes]));
    }),
    { numRuns: 300 },
  );
});

test.each(specs)('%s: whatever comes and whatever is missing, ranges are in order and none overlap', (spec) => {
  const piece = fc.oneof(
    fc.array(byte, { maxLength: 20 }).map((list) => Uint8Array.from(list)),
    fc.integer({ min: 1, max: 9 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      let next = 0;
      for (const row of tell(spec, pieces)) {
        const [, start, end = start] = /(\d+)(?:-(\d+))?$/.exec(row)!.map(Number);
        expect(start).toBeGreaterThanOrEqual(next);
        next = end!;
      }
    }),
  );
});
