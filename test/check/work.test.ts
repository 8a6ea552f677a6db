/** A thousand rules over ten thousand connections: rows are made once, and a condition is tried on values, not on rows. */
import { expect, test } from 'vitest';
import { evaluate } from '../../src/check/evaluate.ts';
import { readPolicy } from '../../src/check/policy.ts';
import { Tables } from '../../src/check/tables.ts';

const ROWS = 10_000;
const RULES = 1000;

const states = ['SF', 'S0', 'REJ', 'RSTO'];
const ports = [80, 443, 5432, 9000];

const row = (i: number): object => ({
  id: `tcp:${i}`,
  firstFrame: i + 1,
  connState: states[i % 4],
  service: i % 2 === 0 ? 'http' : null,
  originator: { address: `10.0.${i % 100}.${Math.floor(i / 100) % 250}`, port: 40_000 },
  responder: { address: '192.0.2.20', port: ports[i % 4] },
  durationSeconds: i / 1000,
});

const policyText = (text: (i: number) => string): string =>
  `version: 1\nrules:\n${Array.from({ length: RULES }, (_, i) => `  - ${text(i)}\n`).join('')}`;

function workOf(text: string): { valuesTried: number; rowsVisited: number; rowsRead: number; failed: number } {
  const policy = readPolicy(text, new Map());
  const tables = new Tables(policy);
  const table = tables.of('connections');
  for (let i = 0; i < ROWS; i++) table.add(row(i));
  const results = evaluate(policy, tables, ROWS);
  return { ...table.work, failed: results.filter(({ passed }) => !passed).length };
}

test('rules that ask the same are answered once', () => {
  const work = workOf(policyText((i) => `{name: r${i}, over: connections, port: 80, every: {connState: SF}}`));
  expect(work).toMatchObject({ rowsRead: ROWS, failed: 0 });
  // Values are looked up; two answers for all rows, then each rule the mask, four rows at once, and the count.
  expect(work.valuesTried).toBe(0);
  expect(work.rowsVisited).toBeLessThanOrEqual(2 * ROWS + RULES * 2 * ROWS);
});

test('two conditions each, all of them different: hosts are looked up, globs are tried on what begins like them', () => {
  const text = policyText((i) => {
    const every = `every: {durationSeconds: {atMost: ${10 + i}}}`;
    if (i % 2 === 0)
      return `{name: r${i}, over: connections, host: 10.0.${i % 100}.${i % 250}, allowEmpty: true, ${every}}`;
    return `{name: r${i}, over: connections, host: '10.0.${i % 100}.*', allowEmpty: true, ${every}}`;
  });
  const work = workOf(text);
  expect(work).toMatchObject({ rowsRead: ROWS, failed: 0 });
  // A hundred addresses begin as each glob does.
  expect(work.valuesTried).toBeLessThanOrEqual(RULES * (ROWS / 100));
  expect(work.rowsVisited).toBeLessThanOrEqual(4 * RULES * ROWS);
});

test('rules that all ask for something else visit each row a few times, and no row is made again', () => {
  const kinds = [
    (i: number) => `every: {durationSeconds: {atMost: ${10 + i}}}`,
    (i: number) => `p95: {field: durationSeconds, atMost: ${10 + i}}`,
    (i: number) => `share: {of: {firstFrame: ${i + 1}}, atMost: 1}`,
    (i: number) => `count: {of: {durationSeconds: {above: ${i}}}, atLeast: 0}`,
  ];
  const text = policyText((i) => `{name: r${i}, over: connections, port: ${ports[i % 4]}, ${kinds[i % 4]!(i)}}`);
  const work = workOf(text);
  expect(work).toMatchObject({ rowsRead: ROWS, failed: 0 });
  expect(work.rowsVisited).toBeLessThanOrEqual(4 * RULES * ROWS);
  expect(work.valuesTried).toBeLessThanOrEqual(RULES * ROWS);
});
