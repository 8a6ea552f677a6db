/** The document of `synflood --json` against its schema, and its text, for every fixture. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { jsonPieces } from '../../../src/report/json.ts';
import type { Schema } from '../../../src/report/schema/parts.ts';
import { schemaOf } from '../../../src/report/schema/registry.ts';
import { floodText } from '../../../src/report/text/flood.ts';
import { makeStyle } from '../../../src/report/text/style.ts';
import { analyze } from '../../../src/analyze.ts';
import { analysisOf, fixtures } from '../fixtures.ts';

const schema = schemaOf('synflood')!;
const ajv = new Ajv2020({ strict: true });
const validate = ajv.compile(schema);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Keys that stand in another order than the schema names them. */
function* misordered(value: Json, given: Schema, path = '$'): Generator<string> {
  const at = resolved(given);
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 3)) yield* misordered(item, at['items'] as Schema, `${path}[]`);
  } else if (typeof value === 'object' && value !== null && at['properties'] !== undefined) {
    const properties = at['properties'] as Record<string, Schema>;
    const keys = Object.keys(value);
    const named = Object.keys(properties).filter((key) => key in value);
    if (keys.join() !== named.join()) yield path;
    for (const key of keys) yield* misordered(value[key]!, properties[key]!, `${path}.${key}`);
  }
}

function resolved(given: Schema): Schema {
  const [first] = (given['anyOf'] ?? []) as Schema[];
  const reference = given['$ref'];
  if (typeof reference === 'string') {
    return resolved((schema['$defs'] as Record<string, Schema>)[reference.replace('#/$defs/', '')]!);
  }
  return first !== undefined && given['properties'] === undefined ? resolved(first) : given;
}

describe('every fixture', () => {
  test.each(fixtures)('%s', async (path) => {
    const text = [...jsonPieces((await analysisOf(path)).synfloodDocument())].join('');
    const document = JSON.parse(text) as Json;
    expect(validate(document) ? null : ajv.errorsText(validate.errors)).toBeNull();
    expect([...misordered(document, schema)]).toEqual([]);
    expect(text).not.toMatch(/[:[,]\s*(NaN|-?Infinity|undefined)\b/);
  });
});

test('the same bytes from every run, although the flow table is seeded anew', async () => {
  const path = 'fixtures/flood/no-cookies-128.pcap';
  const [first, second] = await Promise.all([analyze([path]), analyze([path], { shortcuts: false })]);
  const print = (analysis: typeof first): string => [...jsonPieces(analysis.synfloodDocument())].join('');
  expect(print(first)).toBe(print(second));
});

const FIXTURE = 'fixtures/flood/no-cookies-128.pcap';

test('the verdict comes first, and fits', async () => {
  const doc = (await analysisOf(FIXTURE)).synfloodDocument();
  const options = {
    width: 100,
    fit: true,
    utc: true,
    style: makeStyle(false),
    command: 'synoptic',
    chart: 'plain' as const,
  };
  const lines = floodText(doc, options);
  expect(lines[0]).toBe('SYN flood: yes, certain.  192.0.2.20:80');
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(lines.length).toBeLessThan(35);
  // Commands that can be typed, none cut short.
  expect(floodText(doc, { ...options, width: 120 }).slice(-2)).toEqual([
    `next: synoptic netstat ${FIXTURE} --at 2026-11-21T14:05:19.864307Z --state SYN_RECV`,
    `      synoptic conns ${FIXTURE} --handshake syn-ack-unanswered,syn-unanswered`,
  ]);
  const narrow = floodText(doc, { ...options, width: 80 });
  expect(narrow.every((line) => line.length <= 80)).toBe(true);
  expect(narrow.slice(-2)).toEqual([
    'next: synoptic netstat FILE --at 2026-11-21T14:05:19.864307Z --state SYN_RECV',
    '      synoptic conns FILE --handshake syn-ack-unanswered,syn-unanswered',
  ]);
});
