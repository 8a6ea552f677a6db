/** `key=value,key=value` of a framing. */
import { FramingError } from './error.ts';

export interface NumberKey {
  readonly least: number;
  readonly most: number;
  /** The only values, where not all between are. */
  readonly among?: readonly number[];
  /** Without it the key has to be there. */
  readonly otherwise?: number;
}

interface Values<N extends string, W extends string> {
  readonly numbers: Readonly<Record<N, number>>;
  readonly words: Readonly<Partial<Record<W, string>>>;
}

/** Reads what stands from `from` on. Keys of `choices` take one of the words listed. */
export function readKeys<N extends string, W extends string = never>(
  spec: string,
  from: number,
  keys: Readonly<Record<N, NumberKey>>,
  choices: Readonly<Record<W, readonly string[]>> = {} as Record<W, readonly string[]>,
): Values<N, W> {
  const numbers: Partial<Record<N, number>> = {};
  const words: Partial<Record<W, string>> = {};
  for (const { key, value, at, valueAt } of pairs(spec, from)) {
    if (key in numbers || key in words) throw new FramingError(spec, at, key.length, `${key} twice`, 'each key once');
    if (Object.hasOwn(keys, key)) numbers[key as N] = readNumber(spec, valueAt, value, keys[key as N]);
    else if (Object.hasOwn(choices, key)) words[key as W] = readWord(spec, valueAt, value, choices[key as W]);
    else {
      const names = [...Object.keys(keys), ...Object.keys(choices)].join(', ');
      throw new FramingError(spec, at, key.length, `unknown key '${key}'`, names);
    }
  }
  for (const key of Object.keys(keys) as N[]) {
    const { otherwise } = keys[key];
    numbers[key] ??= otherwise;
    if (numbers[key] === undefined) throw new FramingError(spec, spec.length, 1, `no ${key}`, `${key}=N`);
  }
  return { numbers: numbers as Record<N, number>, words };
}

interface Pair {
  readonly key: string;
  readonly value: string;
  readonly at: number;
  readonly valueAt: number;
}

function* pairs(spec: string, from: number): Generator<Pair> {
  if (from >= spec.length) return;
  let at = from;
  for (const part of spec.slice(from).split(',')) {
    const equals = part.indexOf('=');
    if (equals < 0) throw new FramingError(spec, at, part.length, `no '=' in '${part}'`, 'key=value');
    yield { key: part.slice(0, equals), value: part.slice(equals + 1), at, valueAt: at + equals + 1 };
    at += part.length + 1;
  }
}

function readNumber(spec: string, at: number, text: string, { least, most, among }: NumberKey): number {
  const value = /^-?\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most && (among?.includes(value) ?? true)) return value;
  const expected = among === undefined ? `a whole number from ${least} to ${most}` : among.join(', ');
  throw new FramingError(spec, at, text.length, `'${text}' does not fit`, expected);
}

function readWord(spec: string, at: number, text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  throw new FramingError(spec, at, text.length, `'${text}' does not fit`, choices.join(', '));
}
