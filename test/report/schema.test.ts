import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import { detectAll } from '../../src/detect/index.ts';
import { findingsDocument } from '../../src/report/findings-document.ts';
import { jsonPieces } from '../../src/report/json.ts';
import type { Schema } from '../../src/report/schema/parts.ts';
import { schemaNames, schemaOf } from '../../src/report/schema/registry.ts';
import { FIRST_LOOK, analysisOf, analyzeText, connsText, fixtures, netstatText } from './fixtures.ts';

const findingsText = ({ facts }: Analysis): string =>
  [...jsonPieces(findingsDocument(facts, detectAll(facts)))].join('');

interface Command {
  readonly name: string;
  readonly schema: Schema;
  readonly print: (analysis: Analysis) => string;
}

const commands: readonly Command[] = [
  { name: 'analyze', schema: schemaOf('analyze')!, print: analyzeText },
  { name: 'conns', schema: schemaOf('conns')!, print: connsText },
  { name: 'netstat', schema: schemaOf('netstat')!, print: netstatText },
  {
    name: 'synflood',
    schema: schemaOf('synflood')!,
    print: (analysis) => [...jsonPieces(analysis.synfloodDocument())].join(''),
  },
  { name: 'findings', schema: schemaOf('findings')!, print: findingsText },
];

const ajv = new Ajv2020({ strict: true, allErrors: false });
const validators = new Map(commands.map(({ name, schema }) => [name, ajv.compile(schema)]));

function errorOf(name: string, document: unknown): string | null {
  const validate = validators.get(name)!;
  return validate(document) ? null : ajv.errorsText(validate.errors);
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object of a document with the way to it; of long lists the first three. */
function* objects(value: Json, path = '$'): Generator<[path: string, object: { [key: string]: Json }]> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.slice(0, 3).entries()) yield* objects(item, `${path}[${i}]`);
  } else if (isObject(value)) {
    yield [path, value];
    for (const [key, inner] of Object.entries(value)) yield* objects(inner, `${path}.${key}`);
  }
}

/** Keys that stand twice in one object of the text; JSON.parse would keep the last one silently. */
function duplicateKeys(text: string): string[] {
  const found: string[] = [];
  const open: Set<string>[] = [];
  let last = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      if (open.at(-1)!.has(last)) found.push(last);
      open.at(-1)!.add(last);
    }
    last = token;
  }
  return found;
}

function resolve(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  return (root['$defs'] as Record<string, Schema>)[reference.replace('#/$defs/', '')]!;
}

/** Objects whose keys are in another order than the schema names them. */
function* misordered(value: Json, given: Schema, root: Schema, path = '$'): Generator<string> {
  const schema = resolve(given, root);
  if (Array.isArray(value)) {
    const prefix = schema['prefixItems'] as Schema[] | undefined;
    for (const [i, item] of value.entries()) {
      yield* misordered(item, prefix?.[i] ?? (schema['items'] as Schema), root, `${path}[${i}]`);
    }
  } else if (isObject(value)) {
    const properties = schema['properties'] as Record<string, Schema> | undefined;
    if (properties === undefined) return;
    const expected = Object.keys(properties).filter((key) => key in value);
    if (Object.keys(value).join() !== expected.join()) yield path;
    for (const [key, inner] of Object.entries(value))
      yield* misordered(inner, properties[key]!, root, `${path}.${key}`);
  }
}

test('there are fixtures, and every schema has a document to hold it against', () => {
  expect(fixtures.length).toBeGreaterThan(50);
  // The others need a run of their own: see ladder/schema.test.ts, explain/, ../check/, and ../cli/ for `follow` and `messages`.
  const others = ['check', 'conn', 'dns', 'explain', 'follow', 'http', 'messages', 'ssh', 'tls', 'websocket'];
  expect(schemaNames.toSorted()).toEqual([...commands.map(({ name }) => name), ...others].toSorted());
});

/** Keys of a row that are left out when they are not known. */
const optionalOfConnections = [
  'analysis',
  'dscp',
  'finalState',
  'firstFlight',
  'isn',
  'maxBytesInFlight',
  'mss',
  // A mark that does not occur is left out.
  'retransmission',
  'rtt',
  'rttSeconds',
  'synAckSeconds',
  'synOptions',
  'synSchedules',
  'ttl',
  'uniqueBytes',
  'window',
  'windowShift',
];

describe.each(commands)('$name --json', ({ name, schema, print }) => {
  test.each(fixtures)('%s', async (path) => {
    const text = print(await analysisOf(path));
    const document = JSON.parse(text) as Json;
    expect(errorOf(name, document)).toBeNull();
    expect([...misordered(document, schema, schema)]).toEqual([]);
    expect(duplicateKeys(text)).toEqual([]);
    expect(text).not.toMatch(/[:[,]\s*(NaN|-?Infinity|undefined)\b/);
  });

  test('numbers are finite before JSON turns them into null', async () => {
    const analysis = await analysisOf(FIRST_LOOK);
    const document = name === 'analyze' ? analysis.analyzeDocument() : analysis.connsDocument();
    for (const [path, object] of objects(document as unknown as Json)) {
      for (const [key, value] of Object.entries(object)) {
        if (typeof value === 'number' && !Number.isFinite(value)) expect.fail(`${path}.${key} is ${value}`);
      }
    }
  });

  test('the same bytes from every run, although the flow table is seeded anew', async () => {
    const [first, second] = await Promise.all([analyze([FIRST_LOOK]), analyze([FIRST_LOOK])]);
    expect(print(first)).toBe(print(second));
  });

  test('a key too many fails, in every object', async () => {
    const document = JSON.parse(print(await analysisOf(FIRST_LOOK))) as Json;
    const accepted: string[] = [];
    for (const [path, object] of objects(document)) {
      object['surplus'] = 1;
      if (errorOf(name, document) === null) accepted.push(path.replaceAll(/\[\d+\]/g, '[]'));
      delete object['surplus'];
    }
    // What detectors measure has names of their own.
    expect(new Set(accepted)).toEqual(new Set(['analyze', 'findings'].includes(name) ? ['$.findings[].measured'] : []));
  });

  test('a key too few fails, but for those that may be missing', async () => {
    const document = JSON.parse(print(await analysisOf(FIRST_LOOK))) as Json;
    const accepted = new Set<string>();
    for (const [path, object] of objects(document)) {
      // Counts by kind have the kinds that occurred.
      if (/\.(by\w+|framesUndecoded|framesSkipped|skippedBlocks|anomalies|measured)$/.test(path)) continue;
      for (const [key, value] of Object.entries(object)) {
        delete object[key];
        if (errorOf(name, document) === null) accepted.add(key);
        object[key] = value;
      }
    }
    expect([...accepted].toSorted()).toEqual(name === 'conns' ? optionalOfConnections : []);
  });

  test('a value of another type fails, everywhere', async () => {
    const document = JSON.parse(print(await analysisOf(FIRST_LOOK))) as Json;
    const accepted = new Set<string>();
    for (const [path, object] of objects(document)) {
      for (const [key, value] of Object.entries(object)) {
        object[key] = [[]];
        if (errorOf(name, document) === null) accepted.add(`${path}.${key}`);
        object[key] = value;
      }
    }
    expect([...accepted]).toEqual([]);
  });
});

/** Changes one value, named by its path, of a sound document. */
function changed(document: Json, path: string, value: Json): Json {
  const copy = structuredClone(document);
  const keys = path.split('.');
  const last = keys.pop()!;
  let at = copy as { [key: string]: Json };
  for (const key of keys) at = at[key] as { [key: string]: Json };
  if (!(last in at)) throw new Error(`no ${path}`);
  at[last] = value;
  return copy;
}

describe('values outside their range fail', () => {
  test.each<[command: string, path: string, value: Json]>([
    ['analyze', 'schemaVersion', 2],
    ['analyze', 'tool.name', 'other'],
    ['analyze', 'complete', 'yes'],
    ['analyze', 'capture.files', []],
    ['analyze', 'capture.files.0.format', 'cap'],
    ['analyze', 'capture.files.0.compressed', 'bzip2'],
    ['analyze', 'capture.files.0.linkTypes.0', -1],
    ['analyze', 'capture.frames', 1.5],
    ['analyze', 'capture.frames', -1],
    ['analyze', 'capture.wireBytes', null],
    ['analyze', 'capture.firstTime', '2026-11-20T04:26:33.153Z'],
    ['analyze', 'capture.firstTime', '2026-11-20T04:26:33.153913000'],
    ['analyze', 'capture.firstTime', '2026-11-20T04:26:33.153913000+01:00'],
    ['analyze', 'capture.firstTime', '2026-13-20T04:26:33.153913000Z'],
    ['analyze', 'capture.firstTime', '2026-11-20 04:26:33.153913000Z'],
    ['analyze', 'capture.durationSeconds', -0.1],
    ['analyze', 'accounting.framesUndecoded', { 'no-such-reason': 1 }],
    ['analyze', 'accounting.framesUndecoded', { cut: 0 }],
    ['analyze', 'accounting.framesSkipped', { mood: 1 }],
    ['analyze', 'layers.0.unit', 'packet'],
    ['analyze', 'layers', []],
    ['analyze', 'connections.byConnState', { S9: 1 }],
    ['analyze', 'connections.byService', { gopher: 1 }],
    ['analyze', 'talkers.0.responder.port', 65_536],
    ['analyze', 'talkers.0.originator.address', 'example.org'],
    ['analyze', 'anomalies', { unheard_of: 1 }],
    ['analyze', 'limitsReached', ['patience']],
    ['analyze', 'findings.0.severity', 'critical'],
    ['analyze', 'findings.0.confidence', 1.1],
    ['analyze', 'findings.0.id', 'Nonsense'],
    ['analyze', 'findings.0.connection', '3'],
    ['analyze', 'findings.0.fingerprint', 'xyz'],
    ['analyze', 'findings.0.frames', [0]],
    ['analyze', 'findings.0.frames', Array.from({ length: 101 }, (_, i) => i + 1)],
    ['conns', 'connections.0.connState', 'S9'],
    ['conns', 'connections.0.connState', 'sf'],
    ['conns', 'connections.0.id', 'tcp:01'],
    ['conns', 'connections.0.id', 'udp:0'],
    ['conns', 'connections.0.transport', 'sctp'],
    ['conns', 'connections.0.service', ''],
    ['conns', 'connections.0.communityId', '2:lZpDKIWfVsppKEwhx1ZsK9u6Mw8='],
    ['conns', 'connections.0.startTime', 'yesterday'],
    ['conns', 'connections.0.firstFrame', 0],
    ['conns', 'connections.0.completeness', 64],
    ['conns', 'connections.0.history', 'S h'],
    ['conns', 'connections.0.endpoints.originator.isn', 4_294_967_296],
    ['conns', 'connections.0.endpoints.originator.ttl.max', 256],
    ['conns', 'connections.0.endpoints.originator.dscp.max', 64],
    ['netstat', 'byState', { SYN_RCVD: 1 }],
    ['netstat', 'sockets.0.host', 'example.org'],
    ['netstat', 'sockets.0.protocol', 'udp'],
    ['netstat', 'sockets.0.local', '10.0.0.5'],
    ['netstat', 'sockets.0.foreign', '**'],
    ['netstat', 'sockets.0.state', 'SYN-SENT'],
    ['netstat', 'sockets.0.sendQueue', -1],
    ['netstat', 'sockets.0.ageSeconds', -1],
  ])('%s: %s = %j', async (command, path, value) => {
    const { name, print } = commands.find((each) => each.name === command)!;
    const document = JSON.parse(print(await analysisOf(FIRST_LOOK))) as Json;
    expect(errorOf(name, document)).toBeNull();
    expect(errorOf(name, changed(document, path, value))).not.toBeNull();
  });

  test('completeness belongs to TCP, and to TCP alone', async () => {
    const document = JSON.parse(connsText(await analysisOf(FIRST_LOOK))) as { connections: Record<string, Json>[] };
    const tcp = document.connections.find((row) => row['transport'] === 'tcp')!;
    const udp = document.connections.find((row) => row['transport'] === 'udp')!;
    udp['completeness'] = 0;
    expect(errorOf('conns', document)).not.toBeNull();
    delete udp['completeness'];
    expect(errorOf('conns', document)).toBeNull();
    delete tcp['completeness'];
    expect(errorOf('conns', document)).not.toBeNull();
  });

  test('years outside four digits have a sign and six', async () => {
    const document = JSON.parse(connsText(await analysisOf(FIRST_LOOK))) as Json;
    expect(errorOf('conns', changed(document, 'capture.lastTime', '+010000-01-01T00:00:00.000000000Z'))).toBeNull();
    expect(errorOf('conns', changed(document, 'capture.lastTime', '10000-01-01T00:00:00.000000000Z'))).not.toBeNull();
  });
});

test('an unknown command has no schema', () => {
  for (const name of ['', 'Analyze', 'toString', '__proto__']) expect(schemaOf(name)).toBeUndefined();
});

test('docs/json.md describes every field of every schema', () => {
  const page = readFileSync('docs/json.md', 'utf8');
  const fields = new Set<string>();
  const collect = (schema: Schema): void => {
    for (const key of Object.keys((schema['properties'] as object | undefined) ?? {})) fields.add(key);
    for (const inner of Object.values(schema)) {
      if (typeof inner === 'object' && inner !== null) collect(inner as Schema);
    }
  };
  for (const { schema } of commands) collect(schema);
  expect(fields.size).toBeGreaterThan(70);
  const described = new Set(
    [...page.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name!.split(/[.,]\s*|\[\]/)),
    ),
  );
  expect([...fields].filter((field) => !described.has(field))).toEqual([]);
});
