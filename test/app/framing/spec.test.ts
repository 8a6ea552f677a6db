/** What is said of a framing that cannot be read. */
import { expect, test } from 'vitest';
import { FramingError, renderFramingError } from '../../../src/app/framing/error.ts';
import { readFraming } from '../../../src/app/framing/spec.ts';

function messageOf(spec: string): string {
  try {
    readFraming(spec);
  } catch (error) {
    if (error instanceof FramingError) return renderFramingError(error);
    throw error;
  }
  return 'read';
}

test.each([
  ['lines', `framing: unknown framing 'lines' at column 1\n  lines\n  ^^^^^\n  expected: line, delimiter, fixed,`],
  ['', `framing: unknown framing '' at column 1\n  \n  ^\n`],
  ['toString', `framing: unknown framing 'toString' at column 1`],
  ['fixed', `framing: no length at column 6\n  fixed\n       ^\n  expected: a number of bytes from 1 to 2147483647`],
  ['fixed:0', `framing: no length at column 7\n  fixed:0\n        ^\n`],
  ['length', `framing: no size at column 7\n  length\n        ^\n  expected: size=N`],
  [
    'length:size=5',
    `framing: '5' does not fit at column 13\n  length:size=5\n              ^\n  expected: 1, 2, 3, 4, 8`,
  ],
  [
    'length:size=4,ofset=1',
    `framing: unknown key 'ofset' at column 15\n  length:size=4,ofset=1\n                ^^^^^\n`,
  ],
  ['length:size=4,size=4', `framing: size twice at column 15`],
  ['length:size=4,endian=middle', `framing: 'middle' does not fit at column 22\n`],
  ['length:4', `framing: no '=' in '4' at column 8\n  length:4\n         ^\n  expected: key=value`],
  ['line:max=0', `framing: '0' does not fit at column 10\n`],
  ['delimiter:', `framing: an empty delimiter at column 11\n`],
  ['delimiter:a||b', `framing: an empty delimiter at column 13\n`],
  [String.raw`delimiter:a\q`, String.raw`framing: unknown escape at column 12`],
  [`delimiter:${'x'.repeat(65)}`, `framing: too many or too long at column 11\n`],
  ['varint32:5', `framing: varint32 takes nothing more at column 9\n`],
  ['tls:', `framing: tls takes nothing more at column 4\n`],
])('%s', (spec, message) => {
  expect(messageOf(spec)).toContain(message);
});

test.each([
  'line',
  'line:max=80',
  String.raw`delimiter:\r\n|\x00|\\|\||é`,
  'fixed:12',
  'length:size=4,offset=0,adjust=-4,strip=4,max=1048576,endian=little',
  'varint32',
  'json',
  'tls',
  'dns-tcp',
])('%s can be read', (spec) => {
  expect(messageOf(spec)).toBe('read');
});
