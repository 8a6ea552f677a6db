/** Lives in captures that are odd themselves: the clock goes back, frames are there twice, or are missing. */
import { expect, test } from 'vitest';
import type { Analysis } from '../../src/analyze.ts';
import { type Life, lifeOf } from '../../src/flow/life/life.ts';
import { later } from '../../src/flow/life/moment.ts';
import { SocketTable } from '../../src/flow/sockets/table.ts';
import { wholePeriod } from '../../src/flow/sockets/walk.ts';
import { ACK, FIN, SYN } from '../support/conversations.ts';
import { type Timed, analysisAsCaptured, framesOf } from '../support/lives.ts';

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
