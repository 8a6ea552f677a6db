import { expect, test } from 'vitest';
import { csvLines, flatLines } from '../../src/report/csv.ts';

test('columns by dotted key; what is missing is an empty cell', () => {
  const rows = [
    { id: 'tcp:0', end: { port: 80, ok: true }, list: [1, 2] },
    { id: null, end: null },
    { id: '=1+1', end: { port: 0, ok: false } },
  ];
  expect([...csvLines(['id', 'end.port', 'end.ok', 'list', 'end.port.deeper'], rows)]).toEqual([
    'id,end.port,end.ok,list,end.port.deeper\n',
    'tcp:0,80,true,"[1,2]",\n',
    ',,,,\n',
    "'=1+1,0,false,,\n",
  ]);
});

test('a header even without rows', () => {
  expect([...csvLines(['a', 'b'], [])]).toEqual(['a,b\n']);
});

test('numbers are never taken for formulas, text is', () => {
  expect([...csvLines(['n', 't'], [{ n: -1.5, t: '-1+1' }])][1]).toBe("-1.5,'-1+1\n");
});

test('a document as key,value lines', () => {
  expect([...flatLines({ a: 1, b: { c: 'x,y', d: null }, e: [{ f: true }, 2], '=k': '=v' })]).toEqual([
    'key,value\n',
    'a,1\n',
    'b.c,"x,y"\n',
    'b.d,\n',
    'e.0.f,true\n',
    'e.1,2\n',
    "'=k,'=v\n",
  ]);
});
