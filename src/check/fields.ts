/** Fields of rows, named by dotted paths and described by the JSON Schema of the row: what a policy may ask for. */
import type { Schema } from '../report/schema/parts.ts';
import { type Collection, rowSchema, rowsOf } from './collections.ts';
import type { Place } from './policy-error.ts';
import { unknownWord } from './reading.ts';

export interface Field {
  /** Parts of the path; several paths where a condition is about any of them. */
  readonly paths: readonly (readonly string[])[];
  readonly name: string;
  readonly kinds: ReadonlySet<'number' | 'string' | 'boolean' | 'null'>;
  /** The values of an enumeration; null for any. */
  readonly values: readonly string[] | null;
  /** Values from the least to the greatest, some as globs; null where they have no order but that of numbers. */
  readonly ordered: readonly string[] | null;
  /** A missing key means 0. */
  readonly isCount: boolean;
}

type Kind = 'number' | 'string' | 'boolean' | 'null';

/** Follows references and `anyOf`; a schema that may be null among others counts as all of them. */
function* branches(schema: Schema, root: Schema): Generator<Schema> {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    yield* branches((root['$defs'] as Record<string, Schema>)[reference.replace('#/$defs/', '')]!, root);
  } else if (Array.isArray(schema['anyOf']) && schema['properties'] === undefined) {
    for (const each of schema['anyOf'] as Schema[]) yield* branches(each, root);
  } else if (schema['type'] === 'array') {
    const items = schema['items'] as Schema | undefined;
    for (const each of (schema['prefixItems'] as Schema[] | undefined) ?? []) yield* branches(each, root);
    if (items !== undefined) yield* branches(items, root);
  } else yield schema;
}

interface Step {
  readonly schema: Schema;
  readonly isCount: boolean;
}

/** The schemas of `key` below these ones. */
function below(steps: readonly Step[], key: string, root: Schema): Step[] {
  const found: Step[] = [];
  for (const { schema } of steps) {
    const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
    const inner = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const free = schema['additionalProperties'];
    const names = (schema['propertyNames'] as Schema | undefined)?.['enum'] as readonly string[] | undefined;
    if (inner !== undefined) for (const each of branches(inner, root)) found.push({ schema: each, isCount: false });
    else if (isNamed(properties)) found.push({ schema: properties['value']!, isCount: false });
    else if (typeof free === 'object' && free !== null && (names === undefined || names.includes(key))) {
      for (const each of branches(free as Schema, root)) found.push({ schema: each, isCount: names !== undefined });
    }
  }
  return found;
}

/** Header fields: `responseHeaders.server` is the value of those with that name, whatever its case. */
function isNamed(
  properties: Readonly<Record<string, unknown>> | undefined,
): properties is Readonly<Record<string, Schema>> {
  return properties !== undefined && Object.keys(properties).join() === 'name,value';
}

/** Keys below these schemas, for messages. */
const keysOf = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ schema }) => [
    ...Object.keys((schema['properties'] as object | undefined) ?? {}),
    ...(((schema['propertyNames'] as Schema | undefined)?.['enum'] as readonly string[] | undefined) ?? []),
  ]);

/** Values of fields that their schema leaves open, by `collection.field`: the ids of findings. */
export type Vocabulary = ReadonlyMap<string, readonly string[]>;

/** Fields that were found before: a thousand rules ask for a dozen. Paths are the schema's, so there are only so many. */
const fields = new Map<string, Field>();

/** Throws PolicyError for a path that rows do not have, or that ends at an object. */
export function fieldOf(collection: Collection, name: string, place: Place, vocabulary: Vocabulary): Field {
  const key = `${collection.name}.${name}`;
  const values = vocabulary.get(key);
  let field = fields.get(key);
  if (field === undefined) {
    field = findField(collection, name, place);
    if (fields.size < MAX_FIELDS) fields.set(key, field);
  }
  return values === undefined ? field : { ...field, values };
}

const MAX_FIELDS = 1000;

function findField(collection: Collection, name: string, place: Place): Field {
  const { row, root } = rowSchema(collection);
  let steps: Step[] = [...branches(row, root)].map((schema) => ({ schema, isCount: false }));
  const parts = name.split('.');
  for (const [i, part] of parts.entries()) {
    const next = below(steps, part, root);
    if (next.length === 0) {
      const before = i === 0 ? '' : `${parts.slice(0, i).join('.')}.`;
      const known = [...new Set(keysOf(steps))].map((key) => before + key);
      throw unknownWord(place, `${rowsOf(collection)} have no field`, `${before}${part}`, known);
    }
    steps = next;
  }
  const kinds = new Set(steps.flatMap(({ schema }) => kindsOf(schema)));
  if (kinds.size === 0) {
    const known = [...new Set(keysOf(steps))].map((key) => `${name}.${key}`);
    throw unknownWord(place, `${rowsOf(collection)}: not one value but several:`, name, known);
  }
  const enums = steps.map(({ schema }) => schema['enum'] as readonly string[] | undefined);
  const values = enums.every((each, i) => each !== undefined || !kindsOf(steps[i]!.schema).includes('string'))
    ? enums.flatMap((each) => each ?? [])
    : null;
  const ordered = collection.ordered?.[name];
  return {
    paths: [parts],
    name,
    kinds,
    values: values === null || values.length === 0 ? (ordered ?? null) : values,
    ordered: ordered ?? null,
    isCount: steps.some(({ isCount }) => isCount),
  };
}

function kindsOf(schema: Schema): Kind[] {
  if (schema['enum'] !== undefined) return ['string'];
  if (schema['const'] !== undefined) return [typeof schema['const'] as Kind];
  const types = [schema['type']].flat() as string[];
  return types.flatMap((type): Kind[] => {
    if (type === 'integer' || type === 'number') return ['number'];
    return type === 'string' || type === 'boolean' || type === 'null' ? [type] : [];
  });
}

/** What is there in the row; lists on the way give lists of values. */
export function valueAt(row: unknown, field: Field): Cell {
  const [path, other] = field.paths;
  let value = row;
  if (other === undefined) {
    // Nearly all fields of nearly all rows: no list, no object at the end.
    for (const part of path!) {
      if (value === undefined) break;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return valuesAt(row, field);
      value = (value as Record<string, unknown>)[part];
    }
    if (value === undefined) return field.isCount ? 0 : undefined;
    if (typeof value !== 'object') return value as Single;
  }
  return valuesAt(row, field);
}

function valuesAt(row: unknown, field: Field): Cell {
  const found: Single[] = [];
  let isList = field.paths.length > 1;
  const visit = (value: unknown, parts: readonly string[], i: number): void => {
    if (Array.isArray(value)) {
      isList = true;
      for (const item of value) visit(item, parts, i);
    } else if (i === parts.length) {
      if (value !== undefined && typeof value !== 'object') found.push(value as Single);
      else if (value === null) found.push(null);
    } else if (typeof value === 'object' && value !== null)
      visit(memberOf(value as Record<string, unknown>, parts[i]!), parts, i + 1);
  };
  for (const parts of field.paths) visit(row, parts, 0);
  if (isList) return found;
  return found.length > 0 ? found[0]! : field.isCount ? 0 : undefined;
}

function memberOf(value: Readonly<Record<string, unknown>>, key: string): unknown {
  if (Object.hasOwn(value, key) || !isNamed(value)) return value[key];
  const { name, value: inner } = value as Readonly<Record<'name' | 'value', unknown>>;
  return String(name).toLowerCase() === key.toLowerCase() ? inner : undefined;
}

export type Single = string | number | boolean | null;
/** Undefined where the row has no such field. */
export type Cell = Single | undefined | readonly Single[];
