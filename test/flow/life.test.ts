/** The recordings of fixtures/life/ are complete, and the kernels' view bears out what was written by hand. */
import { describe, expect, test } from 'vitest';
import { expectationsOf } from '../support/frames.ts';
import { kernelView, lifeCaptures, lifeExpectations } from '../support/life.ts';
import type { KernelSample, KernelSocket, LifeExpectation } from '../support/life.ts';

interface Streams {
  readonly firstTime: string;
  readonly lastTime: string;
  readonly streams: readonly { readonly id: number; readonly A: string; readonly B: string }[];
}

/** Outcomes of connections that never came up. */
const FAILED = ['syn-unanswered', 'refused', 'syn-ack-unanswered', 'aborted', 'old-duplicate-syn'];
const OUTCOMES = ['established', 'partial', ...FAILED];
/** Nobody began these closes, or both ends did. */
const WITHOUT_INITIATOR = ['simultaneous', 'open', 'none'];
const SHAPES = ['four-way', 'three-way', 'half-close', 'reset', 'fin-unanswered', ...WITHOUT_INITIATOR];
const HANDSHAKE_STATES = ['LISTEN', 'SYN-SENT', 'SYN-RECV'];
const STATES = [
  ...HANDSHAKE_STATES,
  'ESTAB',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
];

const streamsOf = (name: string): Streams => expectationsOf(`life/${name}.pcap`) as Streams;

/** Epoch seconds as tshark writes them, as the samples write theirs. */
const iso = (epoch: string): string => {
  const [seconds, fraction = ''] = epoch.split('.');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction.padEnd(9, '0')}Z`;
};

const isBetween = (s: KernelSocket, a: string, b: string): boolean =>
  (s.local === a && s.foreign === b) || (s.local === b && s.foreign === a);

/** Every state in which either host had the connection's socket. */
const statesOf = (samples: readonly KernelSample[], a: string, b: string): string[] =>
  samples.flatMap((sample) => sample.sockets.filter((s) => isBetween(s, a, b)).map((s) => s.state));

const pair = ({ A, B }: Streams['streams'][number]): string => [A, B].toSorted().join(' ');

/** Connections whose ports no other connection of the recording has; sockets of the others cannot be told apart. */
function soleConnections(name: string): { row: LifeExpectation; a: string; b: string }[] {
  const { streams } = streamsOf(name);
  const sole = streams.filter((s) => streams.every((t) => t === s || pair(t) !== pair(s)));
  const rows = lifeExpectations(name);
  return sole.map((s) => ({ row: rows[s.id]!, a: s.A, b: s.B }));
}

describe.each(lifeCaptures())('life/%s', (name) => {
  const { hosts, samples, capturedAt } = kernelView(name);

  test('every connection has its row, in the words of the interface', () => {
    const rows = lifeExpectations(name);
    expect(rows.map((r) => r.index)).toEqual(streamsOf(name).streams.map((s) => s.id));
    for (const row of rows) {
      expect(OUTCOMES).toContain(row.outcome);
      expect(SHAPES).toContain(row.close);
      if (row.close === 'none') expect(FAILED).toContain(row.outcome);
      if (FAILED.includes(row.outcome)) expect(['none', 'reset']).toContain(row.close);
      expect(row.initiator === null).toBe(WITHOUT_INITIATOR.includes(row.close));
    }
  });

  test('the samples are in order and well formed', () => {
    expect(hosts.map((h) => h.address)).toContain(capturedAt);
    expect(samples.map((s) => s.time)).toEqual(samples.map((s) => s.time).toSorted());
    for (const { time, endTime, unchangedUntil, sockets } of samples) {
      expect(time < endTime && time <= unchangedUntil).toBe(true);
      for (const { state } of sockets) expect(STATES).toContain(state);
    }
  });

  test.each(hosts)('$role was sampled before the first frame, and until after the last', ({ address }) => {
    const own = samples.filter((s) => s.host === address);
    const { firstTime, lastTime } = streamsOf(name);
    expect(own[0]!.time < iso(firstTime)).toBe(true);
    expect(own.at(-1)!.unchangedUntil > iso(lastTime)).toBe(true);
    // A sample ends before the next one of its host begins.
    for (const [i, sample] of own.slice(1).entries()) expect(own[i]!.unchangedUntil < sample.time).toBe(true);
  });

  test('no socket got past the handshake where the outcome says so, and one did elsewhere', () => {
    for (const { row, a, b } of soleConnections(name)) {
      const came = statesOf(samples, a, b).some((state) => !HANDSHAKE_STATES.includes(state));
      expect({ index: row.index, came }).toEqual({ index: row.index, came: !FAILED.includes(row.outcome) });
    }
  });

  test('a connection that is said to be open has its socket to the end', () => {
    const last = hosts.map((h) => samples.findLast((s) => s.host === h.address)!);
    for (const { row, a, b } of soleConnections(name)) {
      if (row.close === 'open') expect(statesOf(last, a, b)).toContain('ESTAB');
    }
  });
});

test('all recordings are there, and every outcome and close shape occurs', () => {
  const rows = lifeCaptures().flatMap(lifeExpectations);
  expect(lifeCaptures().length).toBeGreaterThan(70);
  expect(new Set(rows.map((r) => r.outcome))).toEqual(new Set(OUTCOMES));
  expect(new Set(rows.map((r) => r.close))).toEqual(new Set(SHAPES));
});
