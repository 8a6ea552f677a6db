/** HTTP dates (RFC 9110 section 5.6.7): seconds since 1970. */

import { flat } from '../latin1.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const preferred = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const rfc850 = /^[A-Z][a-z]+day, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/;
const asctime = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/;

/** What was read last: a server says the same for a second, and of a file for ever. */
const lately = new Map<string, number | null>();
const MAX_LATELY = 16;

/** Null for what is no date in one of the three forms. */
export function httpDate(text: string | null): number | null {
  if (text === null) return null;
  const known = lately.get(text);
  if (known !== undefined) return known;
  const seconds = readDate(text);
  if (lately.size >= MAX_LATELY) lately.clear();
  if (text.length <= MAX_DATE) lately.set(flat(text), seconds);
  return seconds;
}

const MAX_DATE = 40;

function readDate(text: string): number | null {
  const [, day, month, year, ...time] = preferred.exec(text) ?? [];
  if (year !== undefined) return secondsOf(Number(year), month!, day!, time);
  const [, shortDay, shortMonth, shortYear, ...shortTime] = rfc850.exec(text) ?? [];
  // Two digits of a year: that of a time which lies at most fifty years ahead; captures are younger than 1970.
  if (shortYear !== undefined) {
    const twoDigits = Number(shortYear);
    return secondsOf(twoDigits + (twoDigits < 70 ? 2000 : 1900), shortMonth!, shortDay!, shortTime);
  }
  const [, oldMonth, oldDay, hour, minute, second, oldYear] = asctime.exec(text) ?? [];
  return oldYear === undefined ? null : secondsOf(Number(oldYear), oldMonth!, oldDay!, [hour!, minute!, second!]);
}

function secondsOf(year: number, month: string, day: string, time: readonly string[]): number | null {
  const index = months.indexOf(month);
  const [hour, minute, second] = time.map(Number) as [number, number, number];
  return index < 0 ? null : Date.UTC(year, index, Number(day), hour, minute, second) / 1000;
}
