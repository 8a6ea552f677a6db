import { describe, expect, test } from 'vitest';
import { nanosecondsTo } from '../../src/bytes/interval.ts';

describe('nanoseconds from one moment to another', () => {
  test.each([
    ['the same moment', 5, 7, 5, 7, 0],
    ['within a second', 5, 7, 5, 9, 2],
    ['over the end of a second', 5, 999_999_999, 6, 1, 2],
    ['more than a 32-bit integer holds', 0, 0, 5, 1, 5_000_000_001],
    ['backwards', 6, 1, 5, 999_999_999, -2],
    ['seconds of 2038 and later are negative words', 0x7fffffff, 0, 0x80000000 | 0, 0, 1_000_000_000],
    ['a hundred days', 1_700_000_000, 1, 1_700_000_000 + 8_640_000, 3, 8_640_000_000_000_002],
  ])('%s', (_, from, fromNanoseconds, to, toNanoseconds, expected) => {
    expect(nanosecondsTo(from, fromNanoseconds, to, toNanoseconds)).toBe(expected);
  });
});
