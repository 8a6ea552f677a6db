/** Answers as bytes, four rows a word: tight loops, which a thousand rules run through thousands of rows. */
import type { Order } from './conditions.ts';

/** 1 for yes. Made by `room`, so that its words are whole, with 0 behind the last row. */
export type Answers = Uint8Array<ArrayBuffer>;

/** Room for answers about so many rows. */
export const room = (rows: number): Answers => new Uint8Array((rows + 3) & ~3).subarray(0, rows) as Answers;

const wordsOf = ({ buffer, length }: Answers): Uint32Array => new Uint32Array(buffer, 0, (length + 3) >>> 2);

/** Nothing compares with NaN: what is no number says no. */
export function answerNumbers(numbers: Float64Array, { by, bound }: { by: Order; bound: number }): Answers {
  const answers = room(numbers.length);
  switch (by) {
    case 'atLeast':
      for (let i = 0; i < numbers.length; i++) answers[i] = numbers[i]! >= bound ? 1 : 0;
      break;
    case 'atMost':
      for (let i = 0; i < numbers.length; i++) answers[i] = numbers[i]! <= bound ? 1 : 0;
      break;
    case 'above':
      for (let i = 0; i < numbers.length; i++) answers[i] = numbers[i]! > bound ? 1 : 0;
      break;
    default:
      for (let i = 0; i < numbers.length; i++) answers[i] = numbers[i]! < bound ? 1 : 0;
  }
  return answers;
}

/** 1 where all of them say yes. What is given back may be one of them: it is not to be written to. */
export function all(answers: readonly Answers[], length: number): Answers {
  const [first, ...others] = answers;
  if (first === undefined) return room(length).fill(1);
  if (others.length === 0) return first;
  const both = room(length);
  both.set(first);
  const words = wordsOf(both);
  for (const other of others) {
    const more = wordsOf(other);
    for (let i = 0; i < words.length; i++) words[i]! &= more[i]!;
  }
  return both;
}

/** How many say yes. */
export function countOf(answers: Answers): number {
  const words = wordsOf(answers);
  let count = 0;
  // Adds the four bytes of a word up in its highest one.
  for (let i = 0; i < words.length; i++) count += Math.imul(words[i]!, 0x01010101) >>> 24;
  return count;
}

/** How many of those that say yes in `chosen` say yes in `answers`. */
export function countBoth(chosen: Answers, answers: Answers): number {
  const words = wordsOf(chosen);
  const more = wordsOf(answers);
  let count = 0;
  for (let i = 0; i < words.length; i++) count += Math.imul(words[i]! & more[i]!, 0x01010101) >>> 24;
  return count;
}

/** The first rows of `chosen` where `answers` says `wanted`. */
export function firstRows(chosen: Answers, answers: Answers, wanted: 0 | 1, most: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < chosen.length && rows.length < most; row++) {
    if (chosen[row] === 1 && answers[row] === wanted) rows.push(row);
  }
  return rows;
}
