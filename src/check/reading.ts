/** What all parts of a policy are read with: keys that are known, values of the wanted kind, and errors in one form. */
import { nearest } from '../report/nearest.ts';
import { type Place, PolicyError } from './policy-error.ts';
import type { Entry, Value } from './yaml.ts';

export const named = (value: Value): string => {
  if (value.kind !== 'scalar') return value.kind === 'list' ? 'a list' : 'keys and values';
  if (value.value === null) return 'nothing';
  return typeof value.value === 'string' ? `'${value.value}'` : String(value.value);
};

const MOST_LISTED = 30;

/** The first of them: there are hundreds of cipher suites. */
export const listed = (words: readonly string[]): string =>
  words.slice(0, MOST_LISTED).join(', ') + (words.length > MOST_LISTED ? ', ...' : '');

/** `expected one of a, b, c`, with what was probably meant in front. */
export function unknownWord(place: Place, what: string, word: string, known: readonly string[]): PolicyError {
  const meant = nearest(word, known);
  const others = known.length > MOST_LISTED ? '' : `; known are ${listed(known)}`;
  const expected = meant.length > 0 ? `${meant.join(' or ')}${others}` : `one of ${listed(known)}`;
  return new PolicyError(place, `${what} '${word}'`, expected);
}

/** Values by key; every key is one of `known`. */
export function readMap(value: Value, what: string, known: readonly string[]): Map<string, Entry> {
  const entries = entriesOf(value, what);
  for (const { key, place } of entries) {
    if (!known.includes(key)) throw unknownWord(place, `${what}: unknown key`, key, known);
  }
  return new Map(entries.map((entry) => [entry.key, entry]));
}

/** Entries in their order, whatever the keys. */
export function entriesOf(value: Value, what: string): readonly Entry[] {
  if (value.kind === 'map') return value.entries;
  throw new PolicyError(value.place, `${what}: ${named(value)}`, 'keys and values, as in key: value');
}

export function readText(value: Value, what: string): string {
  if (value.kind === 'scalar' && typeof value.value === 'string' && value.value !== '') return value.value;
  const isNumber = value.kind === 'scalar' && typeof value.value === 'number';
  throw new PolicyError(value.place, `${what}: ${named(value)}`, isNumber ? 'text: put it in quotes' : 'text');
}

export function readNumber(value: Value, what: string): number {
  if (value.kind === 'scalar' && typeof value.value === 'number') return value.value;
  throw new PolicyError(value.place, `${what}: ${named(value)}`, 'a number');
}

export function readFlag(value: Value, what: string): boolean {
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  throw new PolicyError(value.place, `${what}: ${named(value)}`, 'true or false');
}

export function readWord<Word extends string>(value: Value, what: string, known: readonly Word[]): Word {
  const text = readText(value, what);
  const word = known.find((one) => one === text);
  if (word !== undefined) return word;
  throw unknownWord(value.place, `${what}:`, text, known);
}

/** A list, or one item without its brackets. */
export function readList<Item>(value: Value, read: (item: Value) => Item): Item[] {
  if (value.kind !== 'list') return [read(value)];
  if (value.items.length === 0) throw new PolicyError(value.place, 'an empty list', 'at least one item');
  return value.items.map(read);
}
