/** Lives in captures that are odd themselves: the clock goes back, frames are there twice, or are missing. */
import { expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { type Life, lifeOf } from '../../src/flow/life/life.ts';
import { later } from '../../src/flow/life/moment.ts';
import { SocketTable } from '../../src/flow/sockets/table.ts';
import { wholePeriod } from '../../src/flow/sockets/walk.ts';
import { ACK, FIN, RST, SYN, tcp } from '../support/conversations.ts';
import { type Timed, analysisAsCaptured, framesOf, lifeOfSegments, statesIn } from '../support/lives.ts';

const FIN_ACK = FIN | ACK;
const SYN_ACK = SYN | ACK;
const opening: readonly Timed[] = [
  [0, 0, SYN, 0],
  [0.1, 1, SYN_ACK, 0, 1],
  [0.2, 0, ACK, 1, 1],
];

/** Every frame twice, as a capture of both sides of a router has it, a millisecond later. */
const twice = (segments: readonly Timed[]): Timed[] =>
  segments.flatMap(([at, ...rest]): Timed[] => [
    [at, ...rest],
    [at + 0.001, ...rest],
  ]);

const lifeIn = ({ facts }: Analysis, id = 0): Life => lifeOf(facts.connections, id, wholePeriod(facts.totals)!.end)!;

test('the order of frames counts where the clock goes back', async () => {
  const analysis = await analysisAsCaptured(
    framesOf([
      [10, 0, SYN, 0],
      [9, 1, SYN_ACK, 0, 1],
      [9.1, 0, ACK, 1, 1],
      [9.6, 0, FIN_ACK, 1, 1],
      [9.3, 1, FIN_ACK, 1, 2],
      [9.2, 0, ACK, 2, 2],
    ]),
  );
  expect(lifeIn(analysis).finalStates).toEqual(['TIME-WAIT', 'CLOSED']);
  expect(lifeIn(analysis).close.shape).toBe('three-way');
  const period = wholePeriod(analysis.facts.totals)!;
  for (let seconds = 0; seconds <= 1; seconds += 0.05) {
    const at = later(period.begin, seconds);
    const { total } = new SocketTable(analysis.facts.connections, period, at, { states: null, host: null });
    expect(total).toBeLessThanOrEqual(3);
  }
  const table = new SocketTable(analysis.facts.connections, period, period.end, { states: null, host: null });
  expect([...table.sockets()].map((s) => (s.kind === 'connection' ? s.state : s.kind))).toEqual([
    'TIME-WAIT',
    'listener',
  ]);
});

test('a copy of a segment is not sent again', async () => {
  const syn = await analysisAsCaptured(framesOf(twice(opening.slice(0, 2))));
  expect(lifeIn(syn).handshake.syn?.transmissions).toBe(1);
  expect(lifeIn(syn).handshake.synAck?.transmissions).toBe(1);
  expect(syn.analyzeDocument().findings).toEqual([]);
  const fin = await analysisAsCaptured(framesOf(twice([...opening, [0.3, 0, FIN_ACK, 1, 1]])));
  expect(lifeIn(fin).close).toMatchObject({ shape: 'open', fins: [1, 0] });
  expect(fin.analyzeDocument().findings).toEqual([]);
});

test('a SYN-ACK that the capture lacks: the answers to later segments tell of it', async () => {
  const life = await lifeOfSegments([
    [0, 0, SYN, 0],
    [0.2, 0, ACK, 1, 1],
    [0.3, 0, ACK, 1, 1, 'hello'],
    [0.4, 1, ACK, 1, 6],
    [0.5, 0, FIN_ACK, 6, 1],
    [0.6, 1, FIN_ACK, 1, 7],
    [0.7, 0, ACK, 7, 2],
  ]);
  expect(life.handshake.outcome).toBe('established');
  expect(statesIn(life, 1)).toEqual(['0.2 ESTABLISHED ?', '0.5 CLOSE-WAIT', '0.6 LAST-ACK', '0.7 CLOSED']);
});

test('a FIN that the capture may lack is no CLOSE-WAIT for certain', async () => {
  const end: Timed = [20, 0, SYN, 0];
  const lacking = [...opening, [0.3, 1, ACK, 1, 2], [0.4, 1, FIN_ACK, 1, 2], [0.5, 0, ACK, 2, 2]] as const;
  const joined: readonly Timed[] = [
    [0, 1, FIN_ACK, 1, 2],
    [0.1, 0, ACK, 2, 2],
  ];
  for (const segments of [lacking, joined]) {
    const analysis = await analysisAsCaptured([...framesOf(segments), ...framesOf([end], [50_000, 80])]);
    expect(lifeIn(analysis).close.waiting).toBeNull();
    expect(statesIn(lifeIn(analysis), 0).at(-1)).toMatch(/CLOSE-WAIT \?$/);
    expect(statesIn(lifeIn(analysis), 1).at(-1)).toMatch(/FIN-WAIT-2 \?$/);
    expect(analysis.analyzeDocument().findings.map(({ id }) => id)).not.toContain('tcp-close-wait-leak');
  }
  const whole = [...opening, [0.4, 1, FIN_ACK, 1, 1], [0.5, 0, ACK, 1, 2]] as const;
  const analysis = await analysisAsCaptured([...framesOf(whole), ...framesOf([end], [50_000, 80])]);
  expect(analysis.analyzeDocument().findings.map(({ id }) => id)).toContain('tcp-close-wait-leak');
});

test('data or a FIN on the SYN may be acknowledged: that is no old SYN', async () => {
  for (const [flags, payload, ack] of [
    [SYN, 'hello', 6],
    [SYN | FIN, '', 2],
  ] as const) {
    const analysis = await analysisAsCaptured(
      framesOf([
        [0, 0, flags, 0, 0, payload],
        [0.1, 1, SYN_ACK, 0, ack],
        [0.2, 0, RST, ack],
      ]),
    );
    expect(lifeIn(analysis).handshake).toMatchObject({
      outcome: 'aborted',
      notes: expect.not.arrayContaining(['unexpected-ack']),
    });
    expect(analysis.analyzeDocument().findings.map(({ id }) => id)).not.toContain('tcp-old-duplicate-syn');
  }
});

test('a SYN that comes again after the handshake made nobody wait', async () => {
  const late: readonly Timed[] = [...opening, [2, 0, SYN, 0], [2.1, 1, ACK, 1, 1]];
  const analysis = await analysisAsCaptured(framesOf(late));
  expect(lifeIn(analysis).handshake.syn?.transmissions).toBe(1);
  expect(analysis.analyzeDocument().findings).toEqual([]);
});

test('a probe without ACK is answered by a RST with ACK and the number 0, by a host that knows nothing', async () => {
  const ends = { from: '10.0.0.1', to: '10.0.0.2', ports: [40_000, 80] as const };
  const back = { from: '10.0.0.2', to: '10.0.0.1', ports: [80, 40_000] as const };
  const data = [tcp({ ...ends, flags: FIN, seq: 1000 }), tcp({ ...back, flags: RST | ACK, seq: 0, ack: 1001 })];
  const analysis = await analysisAsCaptured(data.map((bytes, i) => ({ seconds: i, nanoseconds: 0, data: bytes })));
  expect(lifeIn(analysis).close.reset?.cause).toBe('no-socket');
});

test('a connection with more turns than are kept ends as it ended', async () => {
  const storm = Array.from({ length: 300 }, (_, i): Timed => [0.3 + i / 1000, 0, RST, 100_000 + i]);
  const answers = storm.map(([at]): Timed => [at + 0.0005, 1, ACK, 1, 1]);
  const analysis = await analysisAsCaptured(
    framesOf([
      ...opening,
      ...storm.flatMap((s, i) => [s, answers[i]!]),
      [1, 0, FIN_ACK, 1, 1],
      [1.1, 1, FIN_ACK, 1, 2],
      [1.2, 0, ACK, 2, 2],
    ]),
  );
  expect(analysis.analyzeDocument().limitsReached).toContain('milestones');
  expect(lifeIn(analysis).close.shape).toBe('three-way');
  expect(lifeIn(analysis).finalStates).toEqual(['TIME-WAIT', 'CLOSED']);
  expect(statesIn(lifeIn(analysis), 0)).toContain('1 FIN-WAIT-1 ?');
});

test('a RST a little ahead of what the capture has, and nobody answers: it was believed', async () => {
  const analysis = await analysisAsCaptured([
    ...framesOf([...opening, [0.3, 0, FIN_ACK, 1, 1], [0.4, 1, RST, 25]]),
    ...framesOf([[20, 0, SYN, 0]], [50_000, 80]),
  ]);
  expect(statesIn(lifeIn(analysis), 0).at(-1)).toBe('0.4 CLOSED ?');
  expect(lifeIn(analysis).close.shape).toBe('reset');
  const ids = analysis.analyzeDocument().findings.map(({ id }) => id);
  expect(ids).not.toContain('tcp-fin-unanswered');
  const challenged = await lifeOfSegments([...opening, [0.3, 1, RST, 25], [0.4, 0, ACK, 1, 1]]);
  expect(challenged.close.shape).toBe('open');
});

test('a SYN in the middle of a connection that goes on opened nothing', async () => {
  const analysis = await analysisAsCaptured(
    framesOf([
      ...opening,
      [1, 0, SYN, 900_000],
      [1.1, 1, ACK, 1, 1],
      [1.2, 0, ACK, 1, 1, 'hello'],
      [1.3, 1, ACK, 1, 6],
      [1.4, 0, FIN_ACK, 6, 1],
      [1.5, 1, FIN_ACK, 1, 7],
      [1.6, 0, ACK, 7, 2],
    ]),
  );
  expect(lifeIn(analysis, 1).handshake.outcome).toBe('partial');
  expect(analysis.analyzeDocument().findings).toEqual([]);
});
