/** Socket tables and series against the lives that they are made of, on every capture in fixtures/. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { lifeOf, startOf, stateAt } from '../../src/flow/life/life.ts';
import { type Moment, elapsed, isBefore, later } from '../../src/flow/life/moment.ts';
import { netstatNames } from '../../src/flow/life/states.ts';
import { SocketSeries, stepsOf } from '../../src/flow/sockets/series.ts';
import { isLoneSyn, spansOf } from '../../src/flow/sockets/spans.ts';
import { SocketTable } from '../../src/flow/sockets/table.ts';
import { type Period, type Selection, wholePeriod } from '../../src/flow/sockets/walk.ts';
import { type SocketRow, hostRows, socketRows } from '../../src/report/socket-rows.ts';
import { analysisOf, fixtures } from '../report/fixtures.ts';
import { ACK, SYN, unanswered } from '../support/conversations.ts';
import { type Timed, analysisOfFrames, framesOf } from '../support/lives.ts';

const ALL: Selection = { states: null, host: null };

const periodOf = ({ facts }: Analysis): Period => wholePeriod(facts.totals)!;

function rowsAt(analysis: Analysis, at: Moment, selection: Selection = ALL): SocketRow[] {
  const { connections } = analysis.facts;
  return [...socketRows(connections, new SocketTable(connections, periodOf(analysis), at, selection), at, null)];
}

/** Some moments of a capture, its first and last among them. */
function momentsOf({ begin, end }: Period): Moment[] {
  const length = elapsed(begin, end);
  return [0, 0.1, 0.37, 0.5, 0.81, 1].map((part) => (part === 1 ? end : later(begin, length * part)));
}

describe.each(fixtures)('%s', (path) => {
  test('a table has the ends whose life is in a state with a socket', async () => {
    const analysis = await analysisOf(path);
    const { connections: c } = analysis.facts;
    const period = periodOf(analysis);
    const indexes = c.indexes();
    for (const at of momentsOf(period)) {
      const rows = rowsAt(analysis, at).filter(({ connection }) => connection !== null);
      const ends = new Map(rows.map((row) => [`${row.connection} ${row.local}`, row.state]));
      expect(ends.size).toBe(rows.length);
      for (let id = 0; id < c.count; id++) {
        const life = lifeOf(c, id, period.end);
        if (life === null || isBefore(at, startOf(c, id))) continue;
        const states = ([0, 1] as const).map((side) => stateAt(life, side, at)).filter((state) => state !== 'LISTEN');
        const expected = states.map((state) => netstatNames[state]).filter((name) => name !== null);
        const own = rows.filter(({ connection }) => connection === `tcp:${indexes[id]}`);
        expect(own.map(({ state }) => state).toSorted()).toEqual(expected.toSorted());
      }
    }
  });

  test('a series counts what the tables at its steps have', async () => {
    const analysis = await analysisOf(path);
    const { connections } = analysis.facts;
    const period = periodOf(analysis);
    const every = Math.max(0.000_001, elapsed(period.begin, period.end) / 7.3);
    const series = new SocketSeries(connections, period, period.begin, period.end, every, ALL);
    expect(series.steps).toBe(stepsOf(period.begin, period.end, every));
    for (const { time, counts } of series) {
      expect(counts).toEqual(new SocketTable(connections, period, time, ALL).counts);
    }
  });

  test('hosts are in order, and their counts add up', async () => {
    const analysis = await analysisOf(path);
    const { connections } = analysis.facts;
    const period = periodOf(analysis);
    const table = new SocketTable(connections, period, period.end, ALL);
    const hosts = [...hostRows(connections, table)];
    const rows = rowsAt(analysis, period.end);
    expect(hosts.map(({ host }) => host)).toEqual([...new Set(rows.map(({ host }) => host))]);
    expect(hosts.reduce((sum, { total }) => sum + total, 0)).toBe(rows.length);
    expect(table.total).toBe(rows.length);
    const isIpv6 = rows.map(({ protocol }) => protocol === 'tcp6');
    expect(isIpv6).toEqual(isIpv6.toSorted((a, b) => Number(a) - Number(b)));
  });
});

describe('SYNs that nobody answers', () => {
  test('are told from their records as from their lives', async () => {
    const analysis = await analysisOfFrames([
      ...unanswered(40),
      ...framesOf([[0.5, 0, SYN, 0]], [10_005, 80]),
      // The same ports again, before and after the first SYN was given up.
      ...framesOf([[0.9, 0, SYN, 777]], [10_005, 80]),
      ...framesOf([[9, 0, SYN, 888]], [10_005, 80]),
    ]);
    const { connections: c } = analysis.facts;
    const { end } = periodOf(analysis);
    for (let id = 0; id < c.count; id++) {
      expect(isLoneSyn(c, id)).toBe(true);
      const life = lifeOf(c, id, end)!;
      const last = life.transitions.at(-1)!;
      const [span] = spansOf(c, id, end);
      expect(span!.begin).toEqual(startOf(c, id));
      if (last.to === 'SYN-SENT') expect(span!.end).toBeNull();
      else expect(elapsed(last, span!.end!)).toBe(0);
    }
  });

  test('nothing is known of a time before the first frame', async () => {
    const analysis = await analysisOfFrames(unanswered(3));
    expect(rowsAt(analysis, later(periodOf(analysis).begin, -0.5))).toEqual([]);
  });
});

const refused = (at: number): Timed[] => [
  [at, 0, SYN, 0],
  [at + 0.1, 1, ACK | 4, 0, 1],
];
const accepted = (at: number): Timed[] => [
  [at, 0, SYN, 0],
  [at + 0.1, 1, SYN | ACK, 0, 1],
  [at + 0.2, 0, ACK, 1, 1],
];

describe('listening ports', () => {
  test('from the first SYN-ACK until a SYN is refused, and again', async () => {
    const analysis = await analysisOfFrames([
      ...framesOf(refused(0), [40_000, 80]),
      ...framesOf(accepted(1), [40_001, 80]),
      ...framesOf(refused(2), [40_002, 80]),
      ...framesOf(accepted(3), [40_003, 80]),
    ]);
    const { begin } = periodOf(analysis);
    const isListening = (seconds: number): boolean =>
      rowsAt(analysis, later(begin, seconds)).some(({ state, inferred }) => state === 'LISTEN' && inferred);
    expect([0.5, 1.05, 1.1, 1.9, 2.05, 2.15, 3.05, 3.15].map(isListening)).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});

describe('connections that the capture joined in the middle', () => {
  const exchange: readonly Timed[] = [
    [5, 0, ACK, 1, 1, 'question'],
    [5.1, 1, ACK, 1, 9, 'answer'],
  ];

  test('were open from its first frame on', async () => {
    const analysis = await analysisOfFrames([...unanswered(1), ...framesOf(exchange)]);
    const { begin, end } = periodOf(analysis);
    const [early, late] = [begin, end].map((at) => rowsAt(analysis, at).filter(({ state }) => state === 'ESTABLISHED'));
    expect(early!.map(({ sinceTime, inferred }) => [sinceTime, inferred])).toEqual([
      [null, true],
      [null, true],
    ]);
    expect(late!.map(({ sinceTime, inferred }) => [sinceTime, inferred])).toEqual([
      [null, false],
      [null, false],
    ]);
  });

  test('a lone ACK that is answered by RST was no connection', async () => {
    const scan: readonly Timed[] = [
      [5, 0, ACK, 1, 1],
      [5.1, 1, 4, 1, 0],
    ];
    const analysis = await analysisOfFrames([...unanswered(1), ...framesOf(scan)]);
    const { begin, end } = periodOf(analysis);
    for (const at of [begin, end])
      expect(rowsAt(analysis, at).some(({ state }) => state === 'ESTABLISHED')).toBe(false);
  });
});

test('steps: as many as fit, whatever the rounding', () => {
  const moment = fc.record({ seconds: fc.nat(4_000_000_000), nanoseconds: fc.nat(999_999_999) });
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 1000 }), fc.nat(50), (from, milliseconds, steps) => {
      const every = milliseconds / 1000;
      expect(stepsOf(from, later(from, every * steps), every)).toBe(steps + 1);
      expect(stepsOf(later(from, every), from, every)).toBe(0);
    }),
  );
});
