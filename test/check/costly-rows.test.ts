/** Rows are made without what no rule asks for: each field alone has the value that it has in the whole row. */
import { expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { collections, rowSchema } from '../../src/check/collections.ts';
import { valueAt } from '../../src/check/fields.ts';
import { PolicyError } from '../../src/check/policy-error.ts';
import { plainField } from '../../src/check/tables.ts';
import { costlyParts } from '../../src/cli/check-rows.ts';
import { connectionRow } from '../../src/report/connection-rows.ts';
import type { Schema } from '../../src/report/schema/parts.ts';

const connections = collections[0]!;

/** Dotted paths of all that a row may have, objects too. */
function* pathsOf(schema: Schema, root: Schema, before = ''): Generator<string> {
  const reference = schema['$ref'] as string | undefined;
  if (reference !== undefined) {
    yield* pathsOf((root['$defs'] as Record<string, Schema>)[reference.slice('#/$defs/'.length)]!, root, before);
    return;
  }
  for (const each of (schema['anyOf'] as Schema[] | undefined) ?? []) yield* pathsOf(each, root, before);
  if (schema['items'] !== undefined) yield* pathsOf(schema['items'] as Schema, root, before);
  for (const [key, inner] of Object.entries((schema['properties'] as Record<string, Schema> | undefined) ?? {})) {
    yield `${before}${key}`;
    yield* pathsOf(inner, root, `${before}${key}.`);
  }
  const names = ((schema['propertyNames'] as Schema | undefined)?.['enum'] as string[] | undefined) ?? [];
  for (const key of names) yield `${before}${key}`;
}

function fieldsOfRows(): string[] {
  const { row, root } = rowSchema(connections);
  return [...new Set(pathsOf(row, root))].filter((path) => {
    try {
      plainField(connections, path);
      return true;
    } catch (error) {
      if (error instanceof PolicyError) return false;
      throw error;
    }
  });
}

test.each(['fixtures/first-look/site.pcap', 'fixtures/loss/loss-burst-client.pcap', 'fixtures/wire/icmp-errors.pcap'])(
  'of %s',
  async (path) => {
    const { facts } = await analyze([path]);
    const c = facts.connections;
    const indexes = c.indexes();
    const ids = [...c.ordered()].slice(0, 60);
    const names = fieldsOfRows();
    expect(names.length).toBeGreaterThan(60);
    let present = 0;
    for (const name of names) {
      const field = plainField(connections, name);
      const wanted = costlyParts([name]);
      for (const id of ids) {
        const whole = valueAt(connectionRow(c, id, indexes[id]!), field);
        if (whole !== undefined) present++;
        expect(valueAt(connectionRow(c, id, indexes[id]!, wanted), field), name).toEqual(whole);
      }
    }
    expect(present).toBeGreaterThan(100);
  },
);
