/** Every mistake in a policy has its place, and says what was expected. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collections, rowSchema } from '../../src/check/collections.ts';
import { globMatches } from '../../src/check/glob.ts';
import { PolicyError } from '../../src/check/policy-error.ts';
import { MAX_FILTERS, readPolicy } from '../../src/check/policy.ts';
import { plainField } from '../../src/check/tables.ts';
import { rules } from './running.ts';

const vocabulary = new Map([['findings.id', ['tcp-reset', 'syn-flood']]]);

function problemOf(text: string): string {
  try {
    readPolicy(text, vocabulary);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const { line, column } = error.place;
    return `${line}:${column} ${error.message} / ${error.expected}`;
  }
  return 'no problem';
}

describe('the frame of a policy', () => {
  test.each<[text: string, problem: RegExp]>([
    ['', /^1:1 empty \/ version: 1/],
    ['[]', /^1:1 policy: a list \/ keys and values/],
    ['rules: []', /^1:1 no version \/ version: 1/],
    ['version: 1', /^1:1 no rules/],
    ['version: 2\nrules: [{}]', /^1:10 version: 2 \/ 1$/],
    ["version: '1'\nrules: [{}]", /^1:10 version: '1' \/ a number/],
    ['version: 1\nrules: []', /^2:8 rules: an empty list \/ a list of rules/],
    ['version: 1\nrules: 7', /^2:8 rules: 7 \/ a list of rules/],
    ['version: 1\nrule:\n  - {}', /^2:1 policy: unknown key 'rule' \/ rules; known are version, rules/],
    ['version: 1\nversion: 1\nrules: [{}]', /^2:1 map keys must be unique/],
    ['version: 1\nrules:\n  - name: "a\n', /^\d:\d+ missing closing "quote/],
    ['version: 1\nrules: [&a [*a]]', /rule 1: a list|nested too deeply/],
    ['version: 1\nrules:\n  - {name: .inf, noFindings: {from: alert}}', /a number that is not finite/],
    ['version: 1\nframings: []\nrules: [{}]', /^3:9|^2:11/],
    [`version: 1\nrules:\n  - ? [a]\n    : b`, /a key that is not a word/],
  ])('%j', (text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });
});

const filtered = (i: number): string => `{over: connections, filter: 'port ${i + 1}', none: {connState: S0}}`;

describe('rules', () => {
  test.each<[rule: string, problem: RegExp]>([
    ['{}', /^3:5 a rule about nothing \/ noFindings, or over: connections, findings/],
    ['7', /^3:5 rule 1: 7 \/ keys and values/],
    ['{over: connections}', /^3:5 a rule that asks nothing \/ one of every, none, count/],
    ['{over: conections, none: {service: http}}', /^3:12 over: 'conections' \/ connections; known are/],
    ['{over: connections, evry: {service: http}}', /^3:25 rule 1: unknown key 'evry' \/ every/],
    [
      '{over: connections, every: {connstate: SF}}',
      /^3:33 connections have no field 'connstate' \/ connState; known are id/,
    ],
    ['{over: connections, every: {close.shap: reset}}', /no field 'close.shap' \/ close.shape; known are close.shape/],
    ['{over: connections, every: {close: reset}}', /^3:33 connections: not one value but several: 'close' \/ /],
    ['{over: connections, every: {connState: SX}}', /^3:44 connState: 'SX' \/ S0 or/],
    ['{over: connections, every: {connState: X*}}', /connState: 'X\*' \/ one of S0/],
    ['{over: connections, every: {connState: 7}}', /^3:44 connState: 7 \/ one of S0, S1/],
    ['{over: connections, every: {durationSeconds: fast}}', /durationSeconds: 'fast' \/ a number/],
    ['{over: connections, every: {durationSeconds: {atMost: long}}}', /durationSeconds: atMost 'long' \/ a number/],
    ['{over: connections, every: {service: {atLeast: http}}}', /service: atLeast of what has no order/],
    ['{over: connections, every: {durationSeconds: {atleast: 1}}}', /unknown operator 'atleast' \/ atLeast/],
    ['{over: connections, every: {durationSeconds: {}}}', /durationSeconds: no operator/],
    ['{over: connections, every: {durationSeconds: {atLeast: 5, atMost: 1}}}', /no number can be all of that/],
    ['{over: connections, every: {durationSeconds: {above: 5, atMost: 5}}}', /no number can be all of that/],
    ['{over: connections, every: {}}', /^3:32 every: no condition/],
    ['{over: connections, every: {connState: []}}', /an empty list \/ at least one item/],
    ['{over: connections, every: {connState: SF}, none: {connState: S0}}', /none beside every \/ one of them/],
    ['{over: connections, count: {}}', /count: no limit/],
    ['{over: connections, count: {exactly: 1, atMost: 2}}', /count: exactly, and another limit/],
    ['{over: connections, count: {atLeast: 3, below: 3}}', /count: no number can be all of that/],
    ['{over: connections, count: {atLeast: many}}', /count: atLeast: 'many' \/ a number/],
    ['{over: connections, share: {atMost: 0.5}}', /share: of what\?/],
    ['{over: connections, share: {of: {connState: SF}, atMost: 30}}', /share: atMost 30 \/ a part of one/],
    ['{over: connections, p95: {atMost: 1}}', /p95: of which field\?/],
    ['{over: connections, p95: {field: service, atMost: 1}}', /p95: service is no number/],
    ['{over: connections, p95: {field: nothing, atMost: 1}}', /connections have no field 'nothing'/],
    ['{over: connections, port: http, every: {connState: SF}}', /responder.port: 'http' \/ a number/],
    ['{over: connections, service: gopher, every: {connState: SF}}', /service: 'gopher' \/ one of/],
    ['{over: totals, port: 80, every: {complete: true}}', /port: totals are not about connections/],
    ['{over: messages, every: {class: whole}}', /messages without a framing/],
    ['{over: findings, where: {id: tcp-rst}, count: {atMost: 1}}', /id: 'tcp-rst' \/ tcp-reset; known are/],
    ['{over: findings, where: {severity: {atLeast: bad}}, count: {atMost: 1}}', /severity: 'bad' \/ one of info/],
    ['{noFindings: {}}', /noFindings: no severity/],
    ['{noFindings: {from: bad}}', /severity: 'bad'/],
    ['{noFindings: {from: alert, except: [nonsense]}}', /id: 'nonsense'/],
    ['{noFindings: {from: alert}, over: connections}', /over beside noFindings/],
    ['{noFindings: {from: alert}, level: fatal}', /level: 'fatal' \/ one of notice, warning, error/],
    ['{noFindings: {from: alert}, allowEmpty: maybe}', /allowEmpty: 'maybe' \/ true or false/],
    ['{noFindings: {from: alert}, name: 7}', /name: 7 \/ text: put it in quotes/],
  ])('%s', (rule, problem) => {
    expect(problemOf(rules(rule))).toMatch(problem);
  });

  test('two rules may not have one name', () => {
    const rule = '{name: a, noFindings: {from: alert}}';
    expect(problemOf(rules(rule, rule))).toMatch(/^4:5 a second rule named 'a' \/ another name; line 3 has it/);
  });

  test('pcap filters are few', () => {
    const many = Array.from({ length: MAX_FILTERS + 1 }, (_, i) => filtered(i));
    expect(problemOf(rules(...many.slice(1)))).toBe('no problem');
    expect(problemOf(rules(...many))).toMatch(/too many different filters/);
  });
});

test('whatever the text, it is a policy or an error with a place', () => {
  const words = fc.constantFrom(
    'version: 1',
    'rules:',
    '- ',
    '  ',
    '{',
    '}',
    '[',
    ']',
    'over: connections',
    'every:',
    '&a ',
    '*a',
    '"',
    "'",
    ': ',
    ', ',
    '\n',
    '1',
    '|',
    '>',
    '!!map ',
    '? ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map((each) => each.join('')),
      ),
      (text) => {
        expect(problemOf(text)).toMatch(/^(\d+:\d+ |no problem)/s);
      },
    ),
    { numRuns: 500 },
  );
});

const slow = (pattern: string, text: string): boolean =>
  pattern === ''
    ? text === ''
    : pattern[0] === '*'
      ? slow(pattern.slice(1), text) || (text !== '' && slow(pattern, text.slice(1)))
      : text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && slow(pattern.slice(1), text.slice(1));

const letters = (more: string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom('a', 'b', ...more), { maxLength: 10 }).map((each) => each.join(''));

test('globs say what a plain search says, in little time', () => {
  fc.assert(
    fc.property(
      letters(['*', '?']),
      letters([]),
      (pattern, text) => globMatches(pattern, text) === slow(pattern, text),
    ),
  );
  expect(globMatches(`${'*a'.repeat(50)}b`, 'a'.repeat(10_000))).toBe(false);
});

test('every collection has the fields that its line names', () => {
  for (const collection of collections) {
    expect(rowSchema(collection).row).toBeDefined();
    const { connection, frame, tells, ordered = {} } = collection;
    for (const path of [connection, frame, ...tells, ...Object.keys(ordered)])
      if (path !== null) plainField(collection, path);
  }
});
