/** The document of `conn --json` against its schema, for every connection of every fixture. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { jsonPieces } from '../../../src/report/json.ts';
import { factIds } from '../../../src/report/ladder/model.ts';
import type { Schema } from '../../../src/report/schema/parts.ts';
import { schemaOf } from '../../../src/report/schema/registry.ts';
import { FIRST_LOOK, analysisOf, fixtures } from '../fixtures.ts';
import { drawn } from './drawing.ts';

const schema = schemaOf('conn')!;
const ajv = new Ajv2020({ strict: true });
const validate = ajv.compile(schema);
const errorOf = (document: unknown): string | null => (validate(document) ? null : ajv.errorsText(validate.errors));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Keys that stand in another order than the schema names them. */
function* misordered(value: Json, given: Schema, path = '$'): Generator<string> {
  const at = resolved(given);
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* misordered(item, at['items'] as Schema, `${path}[${i}]`);
  } else if (typeof value === 'object' && value !== null && at['properties'] !== undefined) {
    const properties = at['properties'] as Record<string, Schema>;
    const keys = Object.keys(value);
    if (
      keys.join() !==
      Object.keys(properties)
        .filter((key) => key in value)
        .join()
    )
      yield path;
    for (const key of keys) yield* misordered(value[key]!, properties[key]!, `${path}.${key}`);
  }
}

function resolved(given: Schema): Schema {
  const [first] = (given['anyOf'] ?? []) as Schema[];
  const reference = given['$ref'];
  if (typeof reference === 'string') {
    return resolved((schema['$defs'] as Record<string, Schema>)[reference.replace('#/$defs/', '')]!);
  }
  // Either an object or null.
  return first !== undefined && given['properties'] === undefined ? resolved(first) : given;
}

/** Connections of one capture that are looked at, of each transport. */
const MAX_EACH = 8;

async function documentOf(path: string, transport: 'tcp' | 'udp', index: number): Promise<Json> {
  const { doc, rows } = await drawn(path, { transport, index });
  return JSON.parse([...jsonPieces(doc, 'segments', rows)].join('')) as Json;
}

describe('every connection of', () => {
  test.each(fixtures)('%s', async (path) => {
    const connections = [...(await analysisOf(path)).connectionRows()];
    for (const wanted of ['tcp', 'udp'] as const) {
      for (const { index, endpoints } of connections.filter((c) => c.transport === wanted).slice(0, MAX_EACH)) {
        const document = await documentOf(path, wanted, index);
        expect(errorOf(document), `${wanted}:${index}`).toBeNull();
        expect([...misordered(document, schema)]).toEqual([]);
        const { segments } = document as { segments: Json[] };
        expect(segments).toHaveLength(endpoints.originator.frames + endpoints.responder.frames);
      }
    }
  });
});

test('a key too many fails, in every object', async () => {
  const document = await documentOf(FIRST_LOOK, 'tcp', 10);
  const accepted: string[] = [];
  const visit = (value: Json, path: string): void => {
    if (Array.isArray(value)) for (const item of value.slice(0, 2)) visit(item, `${path}[]`);
    else if (typeof value === 'object' && value !== null) {
      value['surplus'] = 1;
      if (errorOf(document) === null) accepted.push(path);
      delete value['surplus'];
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    }
  };
  visit(document, '$');
  expect(accepted).toEqual([]);
});

test.each([
  ['segments.0.side', 'client'],
  ['segments.0.flags', ['SYN', 'SYN']],
  ['segments.0.flags', ['syn']],
  ['segments.0.frame', 0],
  ['segments.0.relativeSequence', -1],
  ['segments.0.states', { originator: 'ESTAB' }],
  ['segments.0.facts', [{ id: 'nonsense', text: '' }]],
  ['handshake.syn.fits', ['doubling']],
  ['close.halfClosedData', 1],
  ['close.unanswered', 'server'],
  ['states.originator', []],
  ['previous', '3'],
])('%s = %j fails', async (path, value) => {
  const document = await documentOf(FIRST_LOOK, 'tcp', 10);
  expect(errorOf(document)).toBeNull();
  const keys = path.split('.');
  const last = keys.pop()!;
  let at = document as { [key: string]: Json };
  for (const key of keys) at = at[key] as { [key: string]: Json };
  expect(at).toHaveProperty(last);
  at[last] = value as Json;
  expect(errorOf(document)).not.toBeNull();
});

describe('docs/json.md', () => {
  const page = readFileSync('docs/json.md', 'utf8');

  test('describes every field', () => {
    const fields = new Set<string>();
    const collect = (each: Schema): void => {
      for (const key of Object.keys((each['properties'] as object | undefined) ?? {})) fields.add(key);
      for (const inner of Object.values(each))
        if (typeof inner === 'object' && inner !== null) collect(inner as Schema);
    };
    collect(schema);
    const described = new Set(
      [...page.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell]) =>
        [...cell!.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name!.split(/[.,]\s*|\[\]/)),
      ),
    );
    expect([...fields].filter((field) => !described.has(field))).toEqual([]);
  });

  test('describes every fact', () => {
    expect(factIds.filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
  });
});
