import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forCsv, forJson, forTerminal } from '../../src/report/sanitize.ts';

describe('forTerminal', () => {
  test.each<[name: string, text: string, expected: string]>([
    ['plain text', 'site.pcap', 'site.pcap'],
    ['text of other languages', '抓包 données قبض 🙂', '抓包 données قبض 🙂'],
    ['a colour', '\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['a window title', '\u001b]0;evil\u0007', '\\x1b]0;evil\\x07'],
    ['line ends and tabs', 'a\r\nb\tc', 'a\\x0d\\x0ab\\x09c'],
    ['NUL and DEL', '\u0000\u007f', '\\x00\\x7f'],
    ['the one-byte CSI and OSC of C1', '\u009b31m\u009d0;x\u009c', '\\x9b31m\\x9d0;x\\x9c'],
    ['a right-to-left override', 'gpj\u202eexe.pcap', 'gpj\\u{202e}exe.pcap'],
    ['isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['zero-width space and joiner', 'a\u200bb\u200dc', 'a\\u{200b}b\\u{200d}c'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['a byte order mark', '\ufeffx', '\\u{feff}x'],
    ['invisible tags', '\u{e0041}', '\\u{e0041}'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
  ])('%s', (_name, text, expected) => {
    expect(forTerminal(text)).toBe(expected);
  });

  test('whatever goes in, nothing that steers a terminal comes out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex
        expect(forTerminal(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test('what came out goes in again unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => forTerminal(forTerminal(text)) === forTerminal(text)),
    );
  });
});

describe('forCsv', () => {
  test.each<[text: string, expected: string]>([
    ['', ''],
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['=1+1', "'=1+1"],
    ['=cmd|"/c calc"!A1', '"\'=cmd|""/c calc""!A1"'],
    ['+SUM(A1)', "'+SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝1＋1', "'＝1＋1"],
    ['-12', '-12'],
    ['+1.5e9', '+1.5e9'],
    ['1=2', '1=2'],
    ['\u001b[31m', '\\x1b[31m'],
    ['\t=1+1', '\\x09=1+1'],
    ['a\nb', 'a\\x0ab'],
  ])('%j', (text, expected) => {
    expect(forCsv(text)).toBe(expected);
  });

  test('a reader of RFC 4180 gets back one field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const field = forCsv(text);
        const inner = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '') : field;
        expect(inner).not.toMatch(field.startsWith('"') ? /"/ : /[",\n\r]/);
      }),
    );
  });
});

describe('forJson', () => {
  test('escapes what JSON.stringify leaves in', () => {
    expect(forJson(JSON.stringify({ a: '\u001b\u009b\u202e\u007f\u{e0041}é' }))).toBe(
      '{"a":"\\u001b\\u009b\\u202e\\u007f\\udb40\\udc41é"}',
    );
  });

  test('keeps the value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
        const text = forJson(JSON.stringify(value));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        // oxlint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
