import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cells, cut, cutStyled, padEnd, padStart } from '../../src/report/text/width.ts';

describe('cells', () => {
  test.each<[text: string, expected: number]>([
    ['', 0],
    ['abc', 3],
    ['抓包', 4],
    ['한글', 4],
    ['カナ', 4],
    ['ｶﾅ', 2],
    ['Ａ１', 4],
    ['、。「」', 8],
    ['e\u0301', 1],
    ['กำ', 2],
    ['🙂', 2],
    ['𠮷', 2],
    ['✅⌚', 4],
    ['→', 1],
    ['é', 1],
    ['☀\ufe0f', 1],
  ])('%j is %i', (text, expected) => {
    expect(cells(text)).toBe(expected);
  });
});

describe('cut', () => {
  test.each<[text: string, width: number, expected: string]>([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abcdef', 1, '…'],
    ['抓包文件', 8, '抓包文件'],
    ['抓包文件', 7, '抓包文…'],
    ['抓包文件', 6, '抓包…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ])('%j at %i', (text, width, expected) => {
    expect(cut(text, width)).toBe(expected);
  });

  test('never wider than asked, and the beginning of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const short = cut(text, width);
        expect(cells(short)).toBeLessThanOrEqual(width);
        if (short !== text) expect(text.startsWith(short.slice(0, -1))).toBe(true);
        // One cell may stay empty where a wide character did not fit.
        if (short !== text) expect(cells(short)).toBeGreaterThanOrEqual(width - 1);
      }),
    );
  });
});

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;

describe('cutStyled', () => {
  test('leaves what fits alone, colours and all', () => {
    expect(cutStyled(`${bold('abc')}def`, 6)).toBe(`${bold('abc')}def`);
  });

  test.each<[text: string, width: number, expected: string]>([
    ['abcdef', 4, 'abc…'],
    [`${bold('abc')}def`, 5, `${bold('abc')}d…`],
    [`${bold('abc')}def`, 4, `${bold('abc')}…`],
    [`${bold('abc')}def`, 3, bold('ab…')],
    [`${bold('抓包')}def`, 3, bold('抓…')],
  ])('%j at %i', (text, width, expected) => {
    expect(cutStyled(text, width)).toBe(expected);
  });
});

test('padding counts cells', () => {
  expect(padEnd('抓', 4)).toBe('抓  ');
  expect(padStart('抓', 4)).toBe('  抓');
  expect(padEnd('abcde', 3)).toBe('abcde');
  expect(padStart('e\u0301', 2)).toBe(' e\u0301');
});
