/** Conditions on one field: read from the policy, with words for people, and held against values. */
import type { Collection } from './collections.ts';
import { type Cell, type Field, type Single, type Vocabulary, fieldOf } from './fields.ts';
import { globMatches, isGlob } from './glob.ts';
import { PolicyError } from './policy-error.ts';
import { entriesOf, listed, named, readFlag, readList, unknownWord } from './reading.ts';
import type { Entry, Value } from './yaml.ts';

export interface Condition {
  readonly field: Field;
  /** Of a list, one item that passes is enough; a negation asks that none passes. */
  readonly passes: (cell: Cell) => boolean;
  /** The same, said so that a table can answer faster: these values and what fits these globs (or all others). */
  readonly among?: Among;
  /** The same for numbers. */
  readonly order?: { readonly by: Order; readonly bound: number };
  /** `connState is SF or S1`; the same text is the same condition. */
  readonly text: string;
}

export interface Among {
  readonly values: readonly Single[];
  readonly globs: readonly string[];
  readonly negated: boolean;
}

const orders = ['atLeast', 'atMost', 'above', 'below'] as const;
export type Order = (typeof orders)[number];
const operators = ['is', 'not', ...orders, 'present'] as const;

const orderWords: Readonly<Record<Order, string>> = {
  atLeast: 'at least',
  atMost: 'at most',
  above: 'above',
  below: 'below',
};

export const inOrder: Readonly<Record<Order, (a: number, b: number) => boolean>> = {
  atLeast: (a, b) => a >= b,
  atMost: (a, b) => a <= b,
  above: (a, b) => a > b,
  below: (a, b) => a < b,
};

/** `field: value`, `field: [a, b]`, or `field: {atLeast: 1, not: 7}`, one condition for each operator. */
export function readConditions(value: Value, rows: Rows, what: string): Condition[] {
  const conditions = entriesOf(value, what).flatMap((entry) => conditionsOf(entry, rows));
  if (conditions.length > 0) return conditions;
  throw new PolicyError(value.place, `${what}: no condition`, 'at least one field, as in connState: SF');
}

/** Rows that are asked about. */
export interface Rows {
  readonly collection: Collection;
  readonly vocabulary: Vocabulary;
}

function conditionsOf({ key, place, value }: Entry, { collection, vocabulary }: Rows): Condition[] {
  const field = fieldOf(collection, key, place, vocabulary);
  if (value.kind !== 'map') return [isOneOf(field, value)];
  if (value.entries.length === 0) throw new PolicyError(value.place, `${key}: no operator`, operators.join(', '));
  const found = value.entries.map((entry) => operatorOf(field, entry));
  refuseContradiction(value, key);
  return found;
}

function operatorOf(field: Field, { key, place, value }: Entry): Condition {
  switch (key) {
    case 'is':
      return isOneOf(field, value);
    case 'not': {
      const { passes, text, among } = isOneOf(field, value);
      return {
        field,
        passes: (cell) => !passes(cell),
        text: text.replace(' is ', ' is not '),
        ...(among === undefined ? {} : { among: { ...among, negated: true } }),
      };
    }
    case 'present': {
      const wanted = readFlag(value, `${field.name}: present`);
      const passes = (cell: Cell): boolean => isPresent(cell) === wanted;
      return { field, passes, text: `${field.name} ${wanted ? 'is there' : 'is not there'}` };
    }
    case 'atLeast':
    case 'atMost':
    case 'above':
    case 'below':
      return comparison(field, key, value);
    default:
      throw unknownWord(place, `${field.name}: unknown operator`, key, operators);
  }
}

const isPresent = (cell: Cell): boolean =>
  cell !== undefined && cell !== null && (typeof cell !== 'object' || cell.length > 0);

const some = (cell: Cell, passes: (value: Single) => boolean): boolean =>
  cell !== undefined && (typeof cell === 'object' && cell !== null ? cell.some(passes) : passes(cell));

/** For fields whose names are made here, as for `port` and `host`. */
export function isOneOf(field: Field, value: Value): Condition {
  const wanted = readList(value, (item) => literal(field, item));
  const plain = new Set(wanted.filter((one) => typeof one !== 'string' || !isGlob(one)));
  const globs = wanted.filter((one): one is string => typeof one === 'string' && isGlob(one));
  const matches = (one: Single): boolean =>
    plain.has(one) || (typeof one === 'string' && globs.some((glob) => globMatches(glob, one)));
  return {
    field,
    passes: (cell) => some(cell, matches),
    text: `${field.name} is ${wanted.map((one) => literalText(field, one)).join(' or ')}`,
    among: { values: [...plain], globs, negated: false },
  };
}

/** Quoted where the field may be a number as well: the same text must be the same condition. */
const literalText = ({ kinds }: Field, value: Single): string =>
  kinds.has('number') && kinds.has('string') ? JSON.stringify(value) : String(value);

/** A value that the field can have. */
function literal(field: Field, item: Value): Single {
  if (item.kind !== 'scalar') {
    throw new PolicyError(item.place, `${field.name}: ${named(item)}`, expectedOf(field));
  }
  const { value, place } = item;
  const kind = value === null ? 'null' : typeof value;
  if (!field.kinds.has(kind as 'string'))
    throw new PolicyError(place, `${field.name}: ${named(item)}`, expectedOf(field));
  if (typeof value !== 'string' || field.values === null) return value;
  if (!field.values.some((each) => each === value || globMatches(value, each) || globMatches(each, value)))
    throw unknownWord(place, `${field.name}:`, value, field.values);
  return value;
}

function expectedOf({ kinds, values }: Field): string {
  if (values !== null) return `one of ${listed(values)}`;
  const names = { number: 'a number', string: 'text', boolean: 'true or false', null: 'null' };
  return [...kinds].map((kind) => names[kind]).join(' or ');
}

function comparison(field: Field, order: Order, value: Value): Condition {
  const text = (bound: string): string => `${field.name} is ${orderWords[order]} ${bound}`;
  const compare = inOrder[order];
  const { ordered } = field;
  if (ordered !== null) {
    const rank = (one: Single): number =>
      ordered.findIndex((each) => typeof one === 'string' && globMatches(each, one));
    const word = literal(field, value);
    const bound = rank(word);
    if (bound < 0) throw new PolicyError(value.place, `${field.name}: ${order} ${named(value)}`, ordered.join(', '));
    // What is not in the order, a version that nobody knows, is neither above nor below.
    const passes = (one: Single): boolean => rank(one) >= 0 && compare(rank(one), bound);
    return { field, passes: (cell) => some(cell, passes), text: text(String(word)) };
  }
  if (!field.kinds.has('number')) {
    throw new PolicyError(
      value.place,
      `${field.name}: ${order} of what has no order`,
      `is or not, and ${expectedOf(field)}`,
    );
  }
  if (value.kind !== 'scalar' || typeof value.value !== 'number') {
    throw new PolicyError(value.place, `${field.name}: ${order} ${named(value)}`, 'a number');
  }
  const bound = value.value;
  const passes = (one: Single): boolean => typeof one === 'number' && compare(one, bound);
  return { field, passes: (cell) => some(cell, passes), text: text(String(bound)), order: { by: order, bound } };
}

/** Bounds that no number can meet. */
export function refuseContradiction(value: Value, what: string): void {
  if (value.kind !== 'map') return;
  let low = -Infinity;
  let high = Infinity;
  let open = false;
  for (const { key, value: bound } of value.entries) {
    if (bound.kind !== 'scalar' || typeof bound.value !== 'number') continue;
    if (key === 'above' || key === 'below') open = true;
    if (key === 'atLeast' || key === 'above') low = Math.max(low, bound.value);
    if (key === 'atMost' || key === 'below') high = Math.min(high, bound.value);
  }
  if (low > high || (open && low === high)) {
    throw new PolicyError(value.place, `${what}: no number can be all of that`, 'a lower bound below the upper one');
  }
}
