/** What a rule asks of the rows that it selects. */
import { type Condition, type Rows, inOrder, readConditions, refuseContradiction } from './conditions.ts';
import { type Field, fieldOf } from './fields.ts';
import { type Place, PolicyError } from './policy-error.ts';
import { named, readMap, readNumber, readText } from './reading.ts';
import type { Entry, Value } from './yaml.ts';

interface Bound {
  readonly holds: (value: number) => boolean;
  /** Zero is what it asks for: then no row is no surprise. */
  readonly wantsNone: boolean;
  readonly text: string;
}

const statistics = ['sum', 'min', 'max', 'p50', 'p95', 'p99'] as const;
export type Statistic = (typeof statistics)[number];

export type Assertion =
  | { readonly kind: 'every' | 'none'; readonly of: readonly Condition[] }
  | { readonly kind: 'count'; readonly of: readonly Condition[] | null; readonly bound: Bound }
  | { readonly kind: 'share'; readonly of: readonly Condition[]; readonly bound: Bound }
  | { readonly kind: Statistic; readonly field: Field; readonly bound: Bound };

export const assertionKinds = ['every', 'none', 'count', 'share', ...statistics] as const;

/** The one assertion of the rule. */
export function readAssertion(map: ReadonlyMap<string, Entry>, rows: Rows, place: Place): Assertion {
  const given = assertionKinds.filter((kind) => map.has(kind));
  const [kind, second] = given;
  if (kind === undefined)
    throw new PolicyError(place, 'a rule that asks nothing', `one of ${assertionKinds.join(', ')}`);
  if (second !== undefined) {
    throw new PolicyError(map.get(second)!.place, `${second} beside ${kind}`, 'one of them; write two rules for both');
  }
  const { value } = map.get(kind)!;
  if (kind === 'every' || kind === 'none') return { kind, of: readConditions(value, rows, kind) };
  const inner = readMap(value, kind, [kind === 'count' || kind === 'share' ? 'of' : 'field', ...bounds]);
  const bound = readBound(value, inner, kind);
  const of = inner.has('of') ? readConditions(inner.get('of')!.value, rows, `${kind} of`) : null;
  if (kind === 'count') return { kind, of, bound };
  if (kind === 'share') {
    if (of === null) throw new PolicyError(value.place, 'share: of what?', 'of: with the conditions to be counted');
    refuseNoShare(inner);
    return { kind, of, bound };
  }
  return { kind, field: numberField(inner, value, rows, kind), bound };
}

const bounds = ['exactly', 'atLeast', 'atMost', 'above', 'below'] as const;

function readBound(value: Value, map: ReadonlyMap<string, Entry>, what: string): Bound {
  const given = bounds.filter((key) => map.has(key));
  if (given.length === 0) throw new PolicyError(value.place, `${what}: no limit`, bounds.join(', '));
  if (given.length > 1 && map.has('exactly')) {
    throw new PolicyError(map.get('exactly')!.place, `${what}: exactly, and another limit`, 'exactly alone');
  }
  refuseContradiction(value, what);
  const tests = given.map((key) => ({ key, limit: readNumber(map.get(key)!.value, `${what}: ${key}`) }));
  return {
    holds: (found) =>
      tests.every(({ key, limit }) => (key === 'exactly' ? found === limit : inOrder[key](found, limit))),
    wantsNone: tests.some(({ key, limit }) => limit === 0 && (key === 'exactly' || key === 'atMost')),
    text: tests.map(({ key, limit }) => `${boundWords[key]} ${limit}`).join(' and '),
  };
}

const boundWords = { exactly: 'exactly', atLeast: 'at least', atMost: 'at most', above: 'above', below: 'below' };

/** `30` for thirty per cent would let everything pass. */
function refuseNoShare(map: ReadonlyMap<string, Entry>): void {
  for (const key of bounds) {
    const value = map.get(key)?.value;
    if (value?.kind !== 'scalar' || typeof value.value !== 'number' || (value.value >= 0 && value.value <= 1)) continue;
    throw new PolicyError(
      value.place,
      `share: ${key} ${named(value)}`,
      'a part of one, from 0 to 1 (0.01 for a hundredth)',
    );
  }
}

function numberField(map: ReadonlyMap<string, Entry>, value: Value, rows: Rows, kind: string): Field {
  const entry = map.get('field');
  if (entry === undefined)
    throw new PolicyError(value.place, `${kind}: of which field?`, 'field: as in durationSeconds');
  const field = fieldOf(rows.collection, readText(entry.value, 'field'), entry.value.place, rows.vocabulary);
  if (field.kinds.has('number')) return field;
  throw new PolicyError(entry.value.place, `${kind}: ${field.name} is no number`, 'a field with numbers');
}
