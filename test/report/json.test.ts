import { expect, test } from 'vitest';
import { jsonPieces, ndjsonLine } from '../../src/report/json.ts';

const print = (...args: Parameters<typeof jsonPieces>): string => [...jsonPieces(...args)].join('');

test('one key a line, one row a line', () => {
  expect(print({ a: 1, list: [{ x: 1 }, { x: 2 }], numbers: [1, 2], none: [], o: { k: 'v' } })).toBe(
    [
      '{',
      '  "a": 1,',
      '  "list": [',
      '    {"x":1},',
      '    {"x":2}',
      '  ],',
      '  "numbers": [1,2],',
      '  "none": [],',
      '  "o": {"k":"v"}',
      '}',
      '',
    ].join('\n'),
  );
});

test('rows come behind the head', () => {
  expect(print({ a: 1 }, 'rows', [{ x: 1 }, { x: 2 }])).toBe(
    '{\n  "a": 1,\n  "rows": [\n    {"x":1},\n    {"x":2}\n  ]\n}\n',
  );
  expect(print({ a: 1 }, 'rows', [])).toBe('{\n  "a": 1,\n  "rows": []\n}\n');
});

test('keys that are undefined are left out', () => {
  const document = { a: undefined, b: 1, c: { d: undefined, e: 2 } };
  expect(JSON.parse(print(document))).toEqual({ b: 1, c: { e: 2 } });
});

test('rows are made one at a time: the first is out before the second is asked for', () => {
  const asked: number[] = [];
  const rows = function* (): Generator<object> {
    for (let i = 0; i < 3; i++) {
      asked.push(i);
      yield { i };
    }
  };
  const pieces = jsonPieces({}, 'rows', rows());
  for (let piece = pieces.next(); !String(piece.value).includes('"i":0');) piece = pieces.next();
  expect(asked).toEqual([0]);
});

test('text that steers a terminal is escaped, keys and values, and reads back the same', () => {
  const document = { path: 'a\u009b31m\u202e', list: [{ 'k\u009b': '\u001b' }] };
  // oxlint-disable-next-line no-control-regex
  const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
  expect(print(document)).not.toMatch(unsafe);
  expect(JSON.parse(print(document))).toEqual(document);
  expect(print({}, 'rows', [document])).not.toMatch(unsafe);
  expect(ndjsonLine('row', document)).not.toMatch(unsafe);
});

test('ndjson rows are one line, type first', () => {
  expect(ndjsonLine('connection', { id: 'tcp:0', name: 'a\nb' })).toBe(
    '{"type":"connection","id":"tcp:0","name":"a\\nb"}\n',
  );
});
