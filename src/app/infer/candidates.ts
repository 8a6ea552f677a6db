/** Which framings are tried: those that the bytes suggest at the pauses of their senders. */
import {
  type Candidate,
  type Field,
  delimiterCandidate,
  fieldAt,
  fixedCandidate,
  jsonCandidate,
  lengthCandidate,
  lineCandidate,
  varintCandidate,
} from './candidate.ts';
import type { Sample } from './sample.ts';

export function candidatesFor(samples: readonly Sample[]): Candidate[] {
  return [
    lineCandidate(),
    jsonCandidate(),
    ...lengthFields(samples).map(lengthCandidate),
    varintCandidate(),
    ...commonEnds(samples).map(delimiterCandidate),
    ...blockLengths(samples).map(fixedCandidate),
  ];
}

const MAX_OFFSET = 16;
const SIZES = [4, 2, 8, 3, 1] as const;

function lengthFields(samples: readonly Sample[]): Field[] {
  const fields: Field[] = [];
  for (const size of SIZES) {
    for (const endian of size === 1 ? (['big'] as const) : (['big', 'little'] as const)) {
      for (let offset = 0; offset <= MAX_OFFSET; offset++) {
        // The value counts what follows, or the field as well, or the whole message, or something that the bytes tell.
        const usual = offset === 0 ? [0, -size] : [0, -size, -(offset + size)];
        const seen = adjustment({ size, offset, endian, adjust: 0 }, samples);
        const all = seen === null || usual.includes(seen) ? usual : [...usual, seen];
        for (const adjust of all) fields.push({ size, offset, endian, adjust });
      }
    }
  }
  return fields;
}

const MAX_ADJUSTMENT = 64;
const MAX_SPANS = 32;
const MIN_AGREEING = 3;

/** What has to be added to the field so that messages from one pause to the next come out, where several agree. */
function adjustment(field: Field, samples: readonly Sample[]): number | null {
  const counts = new Map<string, number>();
  const values = new Map<string, Set<number>>();
  for (const { bytes, pauses } of samples) {
    let start = 0;
    for (const pause of pauses.slice(0, MAX_SPANS)) {
      const value = fieldAt(field, bytes, start);
      const adjust = pause - start - value - field.offset - field.size;
      start = pause;
      if (Math.abs(adjust) > MAX_ADJUSTMENT) continue;
      const key = String(adjust);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      values.set(key, (values.get(key) ?? new Set()).add(value));
    }
  }
  const [best] = [...counts].toSorted((a, b) => b[1] - a[1] || Number(a[0]) - Number(b[0]));
  // One value only would agree with a field that never changes.
  return best !== undefined && best[1] >= MIN_AGREEING && values.get(best[0])!.size > 1 ? Number(best[0]) : null;
}

const MAX_END = 8;
/** Pauses that have to end alike, and their share of all. */
const MIN_ENDS = 2;
const MIN_SHARE_OF_ENDS = 0.6;
/** The same of each where two ends take turns. */
const MIN_SHARE_OF_ONE = 0.2;

interface End {
  readonly bytes: Uint8Array;
  times: number;
}

/** Bytes, no letters or digits, with which what was said before nearly every pause ends; or two that take turns. */
function commonEnds(samples: readonly Sample[]): Uint8Array[][] {
  const said = samples.flatMap(({ bytes, pauses }) =>
    pauses.map((pause) => bytes.subarray(Math.max(0, pause - MAX_END), pause)),
  );
  const isCommon = ({ times }: End, share: number): boolean => times >= MIN_ENDS && times >= share * said.length;
  const ends = endsOf(said);
  const single = ends.filter((end) => isCommon(end, MIN_SHARE_OF_ENDS));
  if (single.length > 0) return single.map(({ bytes }) => [bytes]).filter(([end]) => !isLineBreak(end!));
  const [first] = ends.toSorted(byTimes);
  if (first === undefined || !isCommon(first, MIN_SHARE_OF_ONE)) return [];
  const [second] = endsOf(said.filter((bytes) => !endsWith(bytes, first.bytes))).toSorted(byTimes);
  if (second === undefined || !isCommon(second, MIN_SHARE_OF_ONE)) return [];
  return first.times + second.times >= MIN_SHARE_OF_ENDS * said.length ? [[first.bytes, second.bytes]] : [];
}

/** The most frequent first; of those as frequent the longest. */
const byTimes = (a: End, b: End): number => b.times - a.times || b.bytes.length - a.bytes.length;

function endsOf(said: readonly Uint8Array[]): End[] {
  const ends = new Map<string, End>();
  for (const bytes of said) {
    for (let length = 1; length <= Math.min(MAX_END, bytes.length); length++) {
      if (isLetterOrDigit(bytes[bytes.length - length]!)) break;
      const end = bytes.subarray(bytes.length - length);
      const key = end.join();
      const known = ends.get(key);
      if (known === undefined) ends.set(key, { times: 1, bytes: end });
      else known.times++;
    }
  }
  return [...ends.values()];
}

const endsWith = (bytes: Uint8Array, end: Uint8Array): boolean =>
  bytes.length >= end.length && end.every((byte, i) => byte === bytes[bytes.length - end.length + i]);

/** The end of a line makes lines, and those are text. */
const isLineBreak = (bytes: Uint8Array): boolean => bytes.join() === '10' || bytes.join() === '13,10';

const isLetterOrDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

const MIN_BLOCK = 2;
const MAX_BLOCK = 4096;

/** The greatest length of which all pauses are multiples, and the most frequent distances between two. */
function blockLengths(samples: readonly Sample[]): number[] {
  let common = 0;
  const distances = new Map<string, number>();
  for (const { pauses } of samples) {
    let last = 0;
    for (const pause of pauses) {
      common = greatestDivisor(common, pause);
      const distance = String(pause - last);
      distances.set(distance, (distances.get(distance) ?? 0) + 1);
      last = pause;
    }
  }
  const frequent = [...distances].toSorted((a, b) => b[1] - a[1] || Number(a[0]) - Number(b[0])).slice(0, 2);
  const lengths = [common, ...frequent.map(([distance]) => Number(distance))];
  return [...new Set(lengths)].filter((length) => length >= MIN_BLOCK && length <= MAX_BLOCK);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
