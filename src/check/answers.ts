/** Answers as bytes: tight loops over numbers and rows, which a thousand rules run through thousands of rows. */
import type { Order } from './conditions.ts';

/** 1 for yes. */
export type Answers = Uint8Array<ArrayBuffer>;

/** Nothing compares with NaN: what is no number says no. */
export function answerValues(numbers: Float64Array, { by, bound }: { by: Order; bound: number }): Answers {
  const answers = new Uint8Array(numbers.length);
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

/** Room for answers about so many rows, in whole words, so that four of them can be taken at once. */
export const room = (rows: number): Answers => new Uint8Array((rows + 3) & ~3).subarray(0, rows) as Answers;

const wordsOf = ({ buffer, length }: Answers): Uint32Array => new Uint32Array(buffer, 0, (length + 3) >>> 2);

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

/** Numbers of the rows that say yes. */
export function chosen(answers: Answers): Uint32Array {
  let count = 0;
  for (let i = 0; i < answers.length; i++) count += answers[i]!;
  const rows = new Uint32Array(count);
  for (let i = 0, at = 0; i < answers.length; i++) if (answers[i] === 1) rows[at++] = i;
  return rows;
}
