/** Numbers, sizes, times and names as people read them. */

/** 1204 -> `1,204`. */
export const count = (value: number): string => value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');

/** As in `1 request` and `2,000 requests`. */
export const counted = (value: number, word: string): string => `${count(value)} ${word}${value === 1 ? '' : 's'}`;

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units, three significant digits: `812 kB`, `1.20 MB`. */
export function bytes(value: number): string {
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${units[unit]!}`;
}

/** Seconds: `0.4 ms`, `31.9 s`, `10 min 38 s`, `3 d 4 h`. */
export function duration(seconds: number): string {
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds === 0) return '0 s';
  if (seconds < 0.000_000_9995) return `${Math.max(1, Math.round(seconds * 1e9))} ns`;
  if (seconds < 0.000_009_95) return `${trim(seconds * 1e6)} µs`;
  if (seconds < 0.0995) return `${trim(seconds * 1000)} ms`;
  if (seconds < 119.95) return `${trim(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 7200) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${count(Math.floor(whole / 86_400))} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

const trim = (value: number): string => value.toFixed(value < 0.995 ? 2 : value < 99.95 ? 1 : 0).replace(/\.0+$/, '');

export const percent = (part: number, whole: number): string => {
  if (whole === 0) return '0 %';
  const share = (100 * part) / whole;
  return share > 0 && share < 0.1 ? '< 0.1 %' : `${share.toFixed(share < 9.95 && share % 1 !== 0 ? 1 : 0)} %`;
};

interface LocalTime {
  readonly date: string;
  readonly time: string;
  readonly zone: string;
}

/** `2026-11-20 04:26:33.153` and the zone it is in. `iso` as documents write it. */
export function localTime(iso: string, utc: boolean): LocalTime {
  const date = new Date(`${iso.slice(0, -7)}Z`);
  const milliseconds = date.getTime();
  // A formatter takes as long to make as a small capture to read: UTC in our era can do without.
  const isPlain = milliseconds >= 0 && milliseconds < YEAR_9999 && (utc || isUtc(date));
  if (!isPlain) return formatted(date, utc);
  const text = date.toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 23), zone: 'UTC' };
}

const YEAR_9999 = Date.UTC(9999);
const isUtc = (date: Date): boolean => date.toString().endsWith('GMT+0000 (Coordinated Universal Time)');

/** By the long name of the zone, so that a change of the zone is noticed. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatted(date: Date, utc: boolean): LocalTime {
  const zone = utc ? 'UTC' : date.toString().replace(/^.*?GMT/, '');
  let formatter = formatters.get(zone);
  if (formatter === undefined) formatters.set(zone, (formatter = newFormatter(utc)));
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatter.formatToParts(date)) parts[type] = value;
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}:${parts.second}.${parts.fractionalSecond}`,
    zone: parts.timeZoneName ?? '',
  };
}

function newFormatter(utc: boolean): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...(utc ? { timeZone: 'UTC' } : {}),
  });
}

const linkTypeNames: Readonly<Record<number, string>> = {
  0: 'BSD loopback',
  1: 'Ethernet',
  7: 'ARCNET',
  9: 'PPP',
  10: 'FDDI',
  12: 'raw IP',
  14: 'raw IP',
  50: 'PPP',
  51: 'PPPoE',
  101: 'raw IP',
  104: 'Cisco HDLC',
  105: '802.11',
  108: 'OpenBSD loopback',
  113: 'Linux cooked',
  127: '802.11 radiotap',
  129: 'ARCNET',
  192: 'PPI',
  228: 'IPv4',
  229: 'IPv6',
  239: 'NFLOG',
  242: 'IP over InfiniBand',
  276: 'Linux cooked v2',
};

export const linkTypeName = (linkType: number): string => linkTypeNames[linkType] ?? `link type ${linkType}`;

/** `10.0.0.1:80`, `[::1]:80`. */
export const endpoint = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
