/** Which of several framings that explain the same bytes is told: the one that says most about them. */
import type { Side } from '../../stream/segment.ts';
import type { Family } from './candidate.ts';
import { type Samples, type Scored, bitsOn } from './score.ts';
import { emptyWalk, walkSample } from './walk.ts';

/** Null where there is none. */
export function choose(passing: readonly Scored[], samples: Samples, sides: readonly Side[]): Scored | null {
  const best = (family: Family): Scored | null =>
    passing
      .filter(({ candidate }) => candidate.family === family)
      .reduce<Scored | null>((a, b) => (a === null || isBetter(b, a, sides) ? b : a), null);
  const [line, delimiter] = [best('line'), best('delimiter')];
  const json = isJson(best('json'), samples, sides);
  // Values over several lines are no lines; a value a line is one.
  if (json !== null && (line === null || messagesOf(json, sides) < messagesOf(line, sides))) return json;
  // A longer delimiter is the right one where it makes fewer messages of the same pauses.
  if (line !== null && delimiter !== null && isOfSeveralLines(delimiter, line, sides)) return delimiter;
  if (line !== null) return line;
  const fixed = best('fixed');
  const headed = better(best('length'), best('varint32'), sides);
  // Lengths that miss where senders pause are bytes that happen to fit.
  if (headed !== null && (fixed === null || rateOf(headed, sides) >= rateOf(fixed, sides))) return headed;
  if (delimiter !== null && (fixed === null || lengthsOf(delimiter, sides) > 1)) return delimiter;
  return fixed ?? delimiter;
}

/** A byte of length that stays below 128 is a varint as well, which is what programs mostly write. */
function better(length: Scored | null, varint: Scored | null, sides: readonly Side[]): Scored | null {
  if (length === null || varint === null) return length ?? varint;
  const isSame = length.candidate.spec === 'length:size=1' && messagesOf(length, sides) === messagesOf(varint, sides);
  return isSame || bitsOn(varint, sides) > bitsOn(length, sides) ? varint : length;
}

/** Of delimiters that do the same, the longest is the one that was written. */
function isBetter(a: Scored, b: Scored, sides: readonly Side[]): boolean {
  const more = bitsOn(a, sides) - bitsOn(b, sides);
  return (
    more > 0 || (more === 0 && a.candidate.family === 'delimiter' && a.candidate.spec.length > b.candidate.spec.length)
  );
}

const messagesOf = ({ walks }: Scored, sides: readonly Side[]): number =>
  sides.reduce<number>((sum, side) => sum + walks[side].messages, 0);

const hitsOf = ({ walks }: Scored, sides: readonly Side[]): number =>
  sides.reduce<number>((sum, side) => sum + walks[side].hits, 0);

/** How many of the pauses are at ends of messages. */
const rateOf = (scored: Scored, sides: readonly Side[]): number =>
  hitsOf(scored, sides) / sides.reduce<number>((sum, side) => sum + scored.walks[side].pauses, 0);

const lengthsOf = ({ walks }: Scored, sides: readonly Side[]): number =>
  new Set(sides.flatMap((side) => [...walks[side].lengths.keys()])).size;

const isOfSeveralLines = (delimiter: Scored, line: Scored, sides: readonly Side[]): boolean =>
  delimiter.candidate.spec.endsWith(String.raw`\n`) &&
  messagesOf(delimiter, sides) < messagesOf(line, sides) &&
  // A pause may fall on the end of a line within a message.
  hitsOf(delimiter, sides) >= 0.9 * hitsOf(line, sides);

/** Values of a sample that are read, and how long they may be. */
const MAX_VALUES = 4;
const MAX_VALUE_BYTES = 8192;

/** Brackets alone are not JSON. */
function isJson(scored: Scored | null, samples: Samples, sides: readonly Side[]): Scored | null {
  if (scored === null) return null;
  for (const sample of sides.flatMap((side) => samples[side])) {
    let start = 0;
    for (const end of walkSample(scored.candidate.open, sample, emptyWalk()).slice(0, MAX_VALUES)) {
      if (end - start <= MAX_VALUE_BYTES && !parses(sample.bytes.subarray(start, end))) return null;
      start = end;
    }
  }
  return scored;
}

function parses(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}
