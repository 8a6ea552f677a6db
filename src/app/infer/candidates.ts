/** Which framings are tried: those that the bytes suggest at the pauses of their senders. */
import { MAX_DELIMITER_BYTES } from '../limits.ts';
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

/** Bytes, no letters or digits, with which what was said before nearly every pause ends. */
function commonEnds(samples: readonly Sample[]): Uint8Array[] {
  const counts = new Map<string, { times: number; bytes: Uint8Array }>();
  let all = 0;
  for (const { bytes, pauses } of samples) {
    for (const pause of pauses) {
      all++;
      for (let length = 1; length <= Math.min(MAX_END, MAX_DELIMITER_BYTES, pause); length++) {
        if (isLetterOrDigit(bytes[pause - length]!)) break;
        const end = bytes.subarray(pause - length, pause);
        const key = end.join();
        const count = counts.get(key);
        if (count === undefined) counts.set(key, { times: 1, bytes: end });
        else count.times++;
      }
    }
  }
  return [...counts.values()]
    .filter(({ times, bytes }) => times >= MIN_AGREEING && times * 4 >= all * 3 && !isLineBreak(bytes))
    .map(({ bytes }) => bytes);
}

/** The end of a line makes lines, and those are text. */
const isLineBreak = (bytes: Uint8Array): boolean => bytes.join() === '10' || bytes.join() === '13,10';

const isLetterOrDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

const MIN_BLOCK = 2;
const MAX_BLOCK = 4096;

/** The greatest length of which all pauses are multiples, and the shortest distance between two. */
function blockLengths(samples: readonly Sample[]): number[] {
  let common = 0;
  let shortest = Infinity;
  for (const { pauses } of samples) {
    let last = 0;
    for (const pause of pauses) {
      common = greatestDivisor(common, pause);
      shortest = Math.min(shortest, pause - last);
      last = pause;
    }
  }
  return [...new Set([common, shortest])].filter((length) => length >= MIN_BLOCK && length <= MAX_BLOCK);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
