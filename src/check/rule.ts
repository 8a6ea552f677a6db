/** One rule of a policy, read and checked. */
import { type Assertion, assertionKinds, readAssertion } from './assertion.ts';
import { type Collection, collectionNames, collections, rowsOf } from './collections.ts';
import { type Condition, isOneOf, readConditions } from './conditions.ts';
import { type Field, type Vocabulary, fieldOf } from './fields.ts';
import { type Place, PolicyError } from './policy-error.ts';
import { readFlag, readMap, readText, readWord } from './reading.ts';
import type { Entry, Value } from './yaml.ts';

export const levels = ['notice', 'warning', 'error'] as const;
export type Level = (typeof levels)[number];

export interface Rule {
  readonly name: string;
  readonly place: Place;
  readonly level: Level;
  /** What to do when it fails, in the words of who wrote the policy. */
  readonly message: string | null;
  readonly over: Collection;
  readonly where: readonly Condition[];
  /** On the connection that a row is about: service, port, host. */
  readonly ofConnection: readonly Condition[];
  /** A pcap filter: rows whose connection has a frame that matches; null for all. */
  readonly filter: { readonly text: string; readonly place: Place } | null;
  readonly allowEmpty: boolean;
  readonly assertion: Assertion;
}

type Heading = Pick<Rule, 'name' | 'place' | 'level' | 'message' | 'allowEmpty'>;
type Entries = ReadonlyMap<string, Entry>;

const common = ['name', 'level', 'message', 'allowEmpty'] as const;
const ofConnections = ['filter', 'service', 'port', 'host'] as const;
const keys = [...common, 'noFindings', 'over', 'where', ...ofConnections, ...assertionKinds];

/** `number` counts from 1 and names a rule without a name. */
export function readRule(value: Value, number: number, vocabulary: Vocabulary): Rule {
  const map = readMap(value, `rule ${number}`, keys);
  const read = <T>(key: string, reader: (value: Value, what: string) => T, otherwise: T): T =>
    map.has(key) ? reader(map.get(key)!.value, key) : otherwise;
  const heading: Heading = {
    name: read('name', readText, `rule ${number}`),
    place: value.place,
    level: read('level', (given, what) => readWord(given, what, levels), 'error'),
    message: read<string | null>('message', readText, null),
    allowEmpty: read('allowEmpty', readFlag, false),
  };
  return map.has('noFindings') ? noFindings(heading, map, vocabulary) : overRows(heading, map, vocabulary);
}

function overRows(heading: Heading, map: Entries, vocabulary: Vocabulary): Rule {
  const over = map.get('over');
  if (over === undefined) {
    throw new PolicyError(heading.place, 'a rule about nothing', `noFindings, or over: ${collectionNames.join(', ')}`);
  }
  const name = readWord(over.value, 'over', collectionNames);
  const collection = collections.find((each) => each.name === name)!;
  const rows = { collection, vocabulary };
  return {
    ...heading,
    over: collection,
    where: map.has('where') ? readConditions(map.get('where')!.value, rows, 'where') : [],
    ...connectionSelectors(map, collection),
    assertion: readAssertion(map, rows, heading.place),
  };
}

/** The short form: no finding from a severity on, except some ids. */
function noFindings(heading: Heading, map: Entries, vocabulary: Vocabulary): Rule {
  for (const key of ['over', 'where', ...assertionKinds]) {
    const other = map.get(key);
    if (other !== undefined) {
      throw new PolicyError(other.place, `${key} beside noFindings`, 'one of them: over: findings can say all of it');
    }
  }
  const { value, place } = map.get('noFindings')!;
  const inner = readMap(value, 'noFindings', ['from', 'except']);
  const from = inner.get('from');
  if (from === undefined) {
    throw new PolicyError(value.place, 'noFindings: no severity', 'from: info, notice, warning or alert');
  }
  const entries = [within('severity', 'atLeast', from)];
  const except = inner.get('except');
  if (except !== undefined) entries.push(within('id', 'not', except));
  const collection = collections.find((each) => each.name === 'findings')!;
  const of = readConditions({ kind: 'map', place, entries }, { collection, vocabulary }, 'noFindings');
  return {
    ...heading,
    over: collection,
    where: [],
    ...connectionSelectors(map, collection),
    assertion: { kind: 'none', of },
  };
}

/** `key: {operator: value}`, at the place of the value. */
const within = (key: string, operator: string, entry: Entry): Entry => ({
  ...entry,
  key,
  value: { kind: 'map', place: entry.value.place, entries: [{ ...entry, key: operator }] },
});

function connectionSelectors(map: Entries, over: Collection): Pick<Rule, 'ofConnection' | 'filter'> {
  for (const key of ofConnections) {
    const entry = map.get(key);
    if (entry === undefined || over.connection !== null) continue;
    throw new PolicyError(
      entry.place,
      `${key}: ${rowsOf(over)} are not about connections`,
      'where: with a field of theirs',
    );
  }
  const filter = map.get('filter');
  return {
    ofConnection: [
      ...(map.has('service') ? [isOneOf(connectionField('service'), map.get('service')!.value)] : []),
      ...(map.has('port') ? [isOneOf(connectionField('responder.port'), map.get('port')!.value)] : []),
      ...(map.has('host') ? [isOneOf(hostField, map.get('host')!.value)] : []),
    ],
    filter: filter === undefined ? null : { text: readText(filter.value, 'filter'), place: filter.value.place },
  };
}

const connectionField = (name: string): Field => fieldOf(collections[0]!, name, { line: 0, column: 0 }, new Map());

/** Either end. */
const hostField: Field = {
  ...connectionField('originator.address'),
  name: 'host',
  paths: [
    ['originator', 'address'],
    ['responder', 'address'],
  ],
};

/** Of the rows themselves, that conditions and the assertion ask for. */
export function fieldsOf({ where, assertion }: Rule): Field[] {
  const of = 'of' in assertion ? (assertion.of ?? []) : [];
  const own = 'field' in assertion ? [assertion.field] : [];
  return [...where, ...of].map(({ field }) => field).concat(own);
}
