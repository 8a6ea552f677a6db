/** Every kind of assertion, passing and failing, on recorded captures. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemaOf } from '../../src/report/schema/registry.ts';
import { pcap } from '../support/capture-bytes.ts';
import { place, rules, verdict } from './running.ts';

const SITE = 'fixtures/first-look/site.pcap';
const LEAK = 'fixtures/life/close-wait-leak.pcap';
const QUEUE = 'fixtures/life/accept-queue-full.pcap';
const FLOOD = 'fixtures/flood/botnet.pcap';
const ICMP = 'fixtures/wire/icmp-errors.pcap';

const validate = new Ajv2020({ strict: true }).compile(schemaOf('check')!);

/** Each pair: a rule that holds, and its neighbour that does not. */
const pairs: readonly [kind: string, capture: string, passes: string, fails: string, found: RegExp][] = [
  [
    'no findings',
    SITE,
    '{noFindings: {from: warning, except: [tcp-handshake-failed, tcp-zero-window, tcp-retransmission-rate, tls-handshake-failed]}}',
    '{noFindings: {from: warning}}',
    /^5 of \d+ fail$/,
  ],
  ['findings of a severity', LEAK, '{noFindings: {from: alert}}', '{noFindings: {from: notice}}', /^1 of 1 fail$/],
  [
    'findings counted',
    SITE,
    '{over: findings, where: {id: tcp-reset}, count: {atMost: 2}}',
    '{over: findings, where: {id: tcp-reset}, count: {atMost: 1}}',
    /^2$/,
  ],
  [
    'every',
    SITE,
    '{over: connections, service: dns, every: {connState: SF}}',
    '{over: connections, service: http, every: {connState: [SF, S1]}}',
    /^1 of 14 fail$/,
  ],
  [
    'none',
    SITE,
    '{over: connections, service: tls, none: {handshake.outcome: refused}}',
    '{over: connections, none: {handshake.outcome: refused}}',
    /^1 of 42 fail$/,
  ],
  [
    'plain HTTP to these hosts',
    SITE,
    "{over: connections, host: '2001:db8:*', none: {service: ssh}}",
    "{over: connections, host: '10.0.1.?', none: {service: http}}",
    /^13 of 41 fail$/,
  ],
  [
    'exactly',
    SITE,
    '{over: connections, where: {connState: S0, transport: tcp}, count: {exactly: 2}}',
    '{over: connections, where: {connState: S0, transport: tcp}, count: {exactly: 1}}',
    /^2$/,
  ],
  [
    'at least',
    SITE,
    '{over: connections, service: http, count: {atLeast: 14}}',
    '{over: connections, service: http, count: {atLeast: 15}}',
    /^14$/,
  ],
  [
    'count of',
    SITE,
    '{over: connections, service: http, count: {of: {connState: RSTO}, atMost: 1}}',
    '{over: connections, service: http, count: {of: {connState: SF}, below: 13}}',
    /^13 of 14$/,
  ],
  [
    'share',
    SITE,
    '{over: connections, where: {transport: tcp}, share: {of: {connState: SF}, atLeast: 0.7}}',
    '{over: connections, where: {transport: tcp}, share: {of: {connState: SF}, above: 0.75}}',
    /^0.75 \(18 of 24\)$/,
  ],
  [
    'sum',
    SITE,
    '{over: connections, service: dns, sum: {field: endpoints.originator.frames, atMost: 19}}',
    '{over: connections, service: dns, sum: {field: endpoints.originator.frames, below: 19}}',
    /^19 \(18 values\)$/,
  ],
  [
    'min',
    SITE,
    '{over: connections, where: {transport: tcp}, min: {field: endpoints.originator.mss, atLeast: 1440}}',
    '{over: connections, where: {transport: tcp}, min: {field: endpoints.originator.mss, atLeast: 1460}}',
    /^1440 /,
  ],
  [
    'max',
    SITE,
    '{over: connections, service: http, max: {field: durationSeconds, below: 10}}',
    '{over: connections, service: http, max: {field: durationSeconds, below: 0.01}}',
    /\(14 values\)$/,
  ],
  [
    'p50',
    SITE,
    '{over: connections, service: http, p50: {field: handshake.rttSeconds, below: 0.001}}',
    '{over: connections, service: http, p50: {field: handshake.rttSeconds, above: 0.001}}',
    /^0\.0000\d+ \(\d+ values/,
  ],
  [
    'p95',
    SITE,
    '{over: connections, where: {transport: tcp}, p95: {field: handshake.rttSeconds, below: 0.01}}',
    '{over: connections, where: {transport: tcp}, p95: {field: handshake.rttSeconds, below: 0.00001}}',
    /^0\.00009\d* \(21 values, 3 without\)$/,
  ],
  [
    'p99',
    SITE,
    '{over: connections, where: {transport: tcp}, p99: {field: handshake.rttSeconds, below: 0.01}}',
    '{over: connections, where: {transport: tcp}, p99: {field: handshake.rttSeconds, below: 0.00001}}',
    /^0\.00016 /,
  ],
  [
    'allowed closes',
    LEAK,
    '{over: connections, every: {close.shape: [half-close, four-way, three-way, open]}}',
    '{over: connections, every: {close.shape: [four-way, three-way]}}',
    /^3 of 4 fail$/,
  ],
  [
    'a count that is left out is 0',
    SITE,
    '{over: connections, service: dns, none: {endpoints.originator.analysis.retransmission: {above: 0}}}',
    '{over: connections, where: {transport: tcp}, every: {endpoints.originator.analysis.retransmission: 0}}',
    /of 24 fail$/,
  ],
  [
    'a pcap filter',
    SITE,
    "{over: connections, filter: 'tcp port 8081', every: {connState: REJ}}",
    "{over: connections, filter: 'tcp[tcpflags] & tcp-rst != 0', every: {connState: REJ}}",
    /^\d+ of \d+ fail$/,
  ],
  [
    'findings of connections on a port',
    SITE,
    '{noFindings: {from: notice}, port: 53}',
    '{noFindings: {from: notice}, port: 443}',
    /^2 of 2 fail$/,
  ],
  [
    'totals',
    SITE,
    '{over: totals, every: {resent.segments: {atMost: 36}, complete: true}}',
    '{over: totals, every: {resent.segments: {atMost: 35}}}',
    /^1 of 1 fail$/,
  ],
  [
    'anomalies',
    ICMP,
    '{over: totals, every: {anomalies.ip_checksum_bad: 0}}',
    '{over: totals, every: {connections.tcp.byConnState.S0: {above: 100}}}',
    /^1 of 1 fail$/,
  ],
  [
    'floods',
    SITE,
    '{over: victims, none: {verdict: flood}}',
    '{over: connections, where: {connState: S0}, none: {service: null}}',
    / fail$/,
  ],
  [
    'victims',
    QUEUE,
    '{over: victims, none: {verdict: flood}}',
    '{over: connections, max: {field: handshake.synAckTransmissions, atMost: 1}}',
    /values\)$/,
  ],
  [
    'what is not there',
    SITE,
    '{over: connections, service: dns, every: {handshake.rttSeconds: {present: false}}}',
    '{over: connections, every: {handshake.rttSeconds: {present: true}}}',
    /fail$/,
  ],
  [
    'negation',
    SITE,
    '{over: connections, service: dns, every: {connState: {not: [S0, REJ]}}}',
    '{over: connections, every: {connState: {not: S0}}}',
    /fail$/,
  ],
];

describe.each(pairs)('%s', (_, capture, passes, fails, found) => {
  test('passes', async () => {
    const { exit, doc } = await verdict(rules(passes), [capture]);
    expect(doc.results.map((result) => [result.passed, result.found])).toEqual([[true, expect.any(String)]]);
    expect(exit).toBe(0);
    expect(validate(doc), JSON.stringify(validate.errors)).toBe(true);
  });

  test('fails', async () => {
    const { exit, doc } = await verdict(rules(fails), [capture]);
    const [result] = doc.results;
    expect(result!.passed).toBe(false);
    expect(result!.found).toMatch(found);
    expect(exit).toBe(1);
    expect(doc.passed).toBe(false);
    expect(validate(doc), JSON.stringify(validate.errors)).toBe(true);
  });
});

test('evidence names connection, frame and value', async () => {
  const { doc } = await verdict(rules('{over: connections, service: http, every: {connState: [SF, S1]}}'), [SITE]);
  expect(doc.results[0]!.evidence).toEqual([
    { connection: 'tcp:17', frame: 574, found: 'connState RSTO', fingerprint: null },
  ]);
});

test('evidence of findings has their fingerprints', async () => {
  const { doc } = await verdict(rules('{noFindings: {from: warning}}'), [SITE]);
  const told = doc.results[0]!.evidence.map(({ fingerprint, frame }) => [fingerprint, frame]);
  expect(told.slice(0, 2)).toEqual([
    ['a6d9c98457084a68', 3],
    ['08f99c64f553f3fe', 272],
  ]);
});

describe('nothing passes silently', () => {
  test.each([
    '{over: connections, port: 9999, none: {connState: S0}}',
    '{over: connections, where: {service: ssh}, every: {connState: SF}}',
    '{over: connections, port: 9999, count: {atMost: 5}}',
    '{over: connections, port: 9999, share: {of: {connState: S0}, atMost: 1}}',
    '{over: connections, port: 9999, max: {field: durationSeconds, atMost: 1}}',
    '{over: connections, service: dns, max: {field: handshake.rttSeconds, atMost: 1}}',
    '{noFindings: {from: info}, port: 9999}',
    "{over: connections, filter: 'icmp6 and port 4', none: {connState: S0}}",
  ])('%s', async (rule) => {
    const failed = await verdict(rules(rule), [SITE]);
    expect(failed.doc.results[0]).toMatchObject({ passed: false });
    expect(failed.exit).toBe(1);
    if (rule.includes('service: dns')) return;
    const allowed = await verdict(rules(rule.replace(/\}$/, ', allowEmpty: true}')), [SITE]);
    expect(allowed.doc.results[0]).toMatchObject({ passed: true });
  });

  test('a count of none needs none', async () => {
    const { exit } = await verdict(rules('{over: connections, port: 9999, count: {exactly: 0}}'), [SITE]);
    expect(exit).toBe(0);
  });

  test('an empty capture fails every rule, unless the policy allows it', async () => {
    const path = join(place, 'empty.pcap');
    writeFileSync(path, pcap([]));
    const rule = '{noFindings: {from: info}}';
    expect(await verdict(rules(rule), [path])).toMatchObject({
      exit: 1,
      doc: { results: [{ passed: false, found: 'the capture has no frames' }] },
    });
    expect((await verdict(`allowEmptyCapture: true\n${rules(rule)}`, [path])).exit).toBe(0);
  });

  test('so does a capture of which a filter leaves nothing', async () => {
    const { compileFilter } = await import('../../src/filter/compile.ts');
    expect(compileFilter('port 4').text).toBe('port 4');
    expect((await verdict(rules('{noFindings: {from: alert}}'), [SITE], { filter: 'port 4' })).exit).toBe(1);
  });
});

const framed = (spec: string, rule: string): string => `framings: ['${spec}']\n${rules(rule)}`;

describe('messages', () => {
  const capture = 'fixtures/flow/sf.pcap';

  test('framed and whole, or not', async () => {
    const whole = await verdict(framed('line', '{over: messages, every: {class: [whole, sticky]}}'), [capture]);
    expect(whole.doc.results[0]!.selected).toBeGreaterThan(0);
    const split = await verdict(framed('fixed:3', '{over: messages, every: {class: whole}}'), [capture]);
    expect(split.doc.results[0]).toMatchObject({ passed: false });
    expect(split.doc.results[0]!.evidence[0]).toMatchObject({ connection: 'tcp:0' });
    const none = await verdict(framed('9000=line', '{over: messages, every: {class: whole}}'), [capture]);
    expect(none.doc.results[0]).toMatchObject({ passed: false, selected: 0 });
  });

  test('too large a message is a problem', async () => {
    const rule = '{over: framingProblems, count: {exactly: 0}}';
    expect((await verdict(framed('line', rule), [capture])).exit).toBe(0);
    const large = await verdict(framed('line:max=4', rule), [capture]);
    expect(large.doc.results[0]).toMatchObject({ passed: false });
    expect(large.doc.results[0]!.evidence[0]!.found).not.toBe('');
  });
});

test('a flood is a finding and a victim', async () => {
  const { doc } = await verdict(
    rules(
      '{noFindings: {from: alert}}',
      '{over: victims, none: {verdict: flood}}',
      '{over: victims, count: {atLeast: 1}}',
    ),
    [FLOOD],
  );
  expect(doc.results.map(({ passed }) => passed)).toEqual([false, false, true]);
});

describe('a baseline', () => {
  const rule = rules('{noFindings: {from: info}}');

  test('what it knows is not looked at; what is new is', async () => {
    const baseline = join(place, 'known.json');
    const first = await verdict(rule, [SITE], { baseline, updateBaseline: true });
    expect(first).toMatchObject({ exit: 0, doc: { baseline: { new: 0, gone: [] } } });
    const { known } = first.doc.baseline!;
    expect(known).toBeGreaterThanOrEqual(5);
    expect((await verdict(rule, [SITE], { baseline })).exit).toBe(0);
    const other = await verdict(rule, [LEAK], { baseline });
    expect(other).toMatchObject({ exit: 1, doc: { baseline: { known: 0, new: 1 } } });
    expect(other.doc.baseline!.gone.length).toBe(known);
  });

  test.each([
    ['{', /not JSON/],
    ['{"version":2,"findings":[]}', /no baseline of version 1/],
    ['{"version":1,"findings":[{"id":"a"}]}', /entry 1 has no fingerprint/],
    ['null', /no baseline/],
  ])('%s is refused', async (text, problem) => {
    const baseline = join(place, 'broken.json');
    writeFileSync(baseline, text);
    await expect(verdict(rule, [SITE], { baseline })).rejects.toThrow(problem);
  });

  test('one that is missing is refused, unless it is about to be written', async () => {
    await expect(verdict(rule, [SITE], { baseline: join(place, 'nowhere.json') })).rejects.toThrow(/no such file/);
  });

  test('a damaged capture does not overwrite it', async () => {
    const { readFileSync } = await import('node:fs');
    const path = join(place, 'cut.pcap');
    writeFileSync(path, readFileSync(SITE).subarray(0, 200_000));
    const baseline = join(place, 'kept.json');
    expect((await verdict(rule, [path], { baseline, updateBaseline: true })).exit).toBe(4);
    expect(existsSync(baseline)).toBe(false);
  });
});

test('--fail-on still counts', async () => {
  const rule = rules('{over: totals, every: {complete: true}}');
  expect((await verdict(rule, [SITE])).exit).toBe(0);
  expect((await verdict(rule, [SITE], { failOn: 'warning' })).exit).toBe(1);
});
