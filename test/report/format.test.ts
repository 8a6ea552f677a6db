import { afterEach, describe, expect, test } from 'vitest';
import { bytes, count, duration, endpoint, linkTypeName, localTime, percent } from '../../src/report/text/format.ts';

test.each<[value: number, expected: string]>([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
  [9_007_199_254_740_991, '9,007,199,254,740,991'],
])('count %d', (value, expected) => {
  expect(count(value)).toBe(expected);
});

test.each<[value: number, expected: string]>([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [9_994, '9.99 kB'],
  [9_995, '10.0 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [12_345_678, '12.3 MB'],
  [1e9, '1.00 GB'],
  [1e12, '1.00 TB'],
  [1e15, '1.00 PB'],
  [5e18, '5000 PB'],
])('bytes %d', (value, expected) => {
  expect(bytes(value)).toBe(expected);
});

test.each<[seconds: number, expected: string]>([
  [0, '0 s'],
  [0.0004, '0.40 ms'],
  [0.0123, '12.3 ms'],
  [0.002, '2 ms'],
  [0.0994, '99.4 ms'],
  [0.0995, '0.10 s'],
  [1, '1 s'],
  [31.86, '31.9 s'],
  [119.94, '120 s'],
  [119.95, '2 min 0 s'],
  [638, '10 min 38 s'],
  [7199, '119 min 59 s'],
  [7200, '2 h 0 min'],
  [172_800, '2 d 0 h'],
  [273_600, '3 d 4 h'],
  [400_000_000, '4,629 d 15 h'],
  [-1.5, '-1.5 s'],
])('duration %d', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
});

test('a duration that is not zero does not read as zero', () => {
  for (let nanoseconds = 1; nanoseconds < 1e12; nanoseconds *= 3) {
    expect(duration(nanoseconds / 1e9)).not.toMatch(/^0(\.0+)? /);
  }
  expect(duration(1e-9)).toBe('1 ns');
  expect(duration(0.000_002_5)).toBe('2.5 µs');
});

test.each<[part: number, whole: number, expected: string]>([
  [0, 0, '0 %'],
  [0, 10, '0 %'],
  [1, 10_000, '< 0.1 %'],
  [1, 1000, '0.1 %'],
  [1, 3, '33 %'],
  [99, 1000, '9.9 %'],
  [999, 10_000, '10 %'],
  [5, 100, '5 %'],
  [10, 10, '100 %'],
])('percent %d of %d', (part, whole, expected) => {
  expect(percent(part, whole)).toBe(expected);
});

describe('localTime', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test.each<[timeZone: string, utc: boolean, date: string, time: string, name: string]>([
    ['Asia/Shanghai', false, '2026-11-21', '04:26:33.153', 'GMT+8'],
    ['America/New_York', false, '2026-11-20', '15:26:33.153', 'GMT-5'],
    ['Asia/Kathmandu', false, '2026-11-21', '02:11:33.153', 'GMT+5:45'],
    ['Asia/Shanghai', true, '2026-11-20', '20:26:33.153', 'UTC'],
  ])('%s, --utc %s', (timeZone, utc, date, time, name) => {
    process.env['TZ'] = timeZone;
    expect(localTime('2026-11-20T20:26:33.153913000Z', utc)).toEqual({ date, time, zone: name });
  });

  test('midnight is 00, and milliseconds are cut, not rounded', () => {
    expect(localTime('2026-01-01T00:00:00.999999999Z', true)).toEqual({
      date: '2026-01-01',
      time: '00:00:00.999',
      zone: 'UTC',
    });
  });

  test('years beyond 9999, as pcapng can write them', () => {
    expect(localTime('+012345-06-07T08:09:10.111222333Z', true)).toEqual({
      date: '12345-06-07',
      time: '08:09:10.111',
      zone: 'UTC',
    });
  });
});

test('endpoints', () => {
  expect(endpoint('10.0.0.1', 80)).toBe('10.0.0.1:80');
  expect(endpoint('::1', 80)).toBe('[::1]:80');
});

test('link types with and without a name', () => {
  expect(linkTypeName(1)).toBe('Ethernet');
  expect(linkTypeName(4242)).toBe('link type 4242');
});
