/** Turns in the life of a connection that no recording of ours shows, or not well enough. */
import { expect, test } from 'vitest';
import { lifeOf } from '../../src/flow/life/life.ts';
import { later } from '../../src/flow/life/moment.ts';
import { wholePeriod } from '../../src/flow/sockets/walk.ts';
import { ACK, SYN } from '../support/conversations.ts';
import { type Timed, analysisOfFrames, framesOf, lifeOfSegments, statesIn } from '../support/lives.ts';

const FIN_ACK = ACK | 1;
const SYN_ACK = SYN | ACK;
const opening: readonly Timed[] = [
  [0, 0, SYN, 0],
  [0.1, 1, SYN_ACK, 0, 1],
  [0.2, 0, ACK, 1, 1],
];

test('the FINs cross on the line: the originator sent its own before the other one reached it', async () => {
  const life = await lifeOfSegments([
    ...opening,
    [1, 1, FIN_ACK, 1, 1],
    [1.1, 0, FIN_ACK, 1, 1],
    [1.1001, 1, ACK, 2, 2],
    [1.2, 0, ACK, 2, 2],
  ]);
  expect(life.close.shape).toBe('simultaneous');
  expect(statesIn(life, 0).slice(2)).toEqual(['1.1 FIN-WAIT-1', '1.1 CLOSING ?', '1.1 TIME-WAIT']);
  expect(statesIn(life, 1).slice(2)).toEqual(['1 FIN-WAIT-1', '1.1 CLOSING', '1.2 TIME-WAIT']);
});

test('a FIN that acknowledges the other one did not cross it', async () => {
  const life = await lifeOfSegments([...opening, [1, 1, FIN_ACK, 1, 1], [1.1, 0, FIN_ACK, 1, 2], [1.2, 1, ACK, 2, 2]]);
  expect(statesIn(life, 0).slice(2)).toEqual(['1 CLOSE-WAIT', '1.1 LAST-ACK', '1.2 CLOSED']);
});

test('a SYN-ACK that answers a repeated SYN says nothing about the timer', async () => {
  const answered: readonly Timed[] = [
    [0, 0, SYN, 0],
    [0.001, 1, SYN_ACK, 0, 1],
    [1.001, 1, SYN_ACK, 0, 1],
    [1.01, 0, SYN, 0],
    [1.011, 1, SYN_ACK, 0, 1],
    [3.001, 1, SYN_ACK, 0, 1],
    [3.01, 0, SYN, 0],
    [3.011, 1, SYN_ACK, 0, 1],
  ];
  const end = framesOf([[20, 0, SYN, 0]], [40_001, 80]);
  const { facts } = await analysisOfFrames([...framesOf(answered), ...end]);
  const life = lifeOf(facts.connections, 0, wholePeriod(facts.totals)!.end)!;
  // Intervals of 1 and 2 s: the next one would have been sent 4 s after 3.001.
  expect(statesIn(life, 1)).toContain('7.001 LISTEN ?');
});

test('a server that ignored an ACK and never said anything is taken to be ESTABLISHED with doubt', async () => {
  const ignored: readonly Timed[] = [...opening, [1.1, 1, SYN_ACK, 0, 1], [1.2, 0, ACK, 1, 1]];
  expect(statesIn(await lifeOfSegments(ignored), 1)).toEqual(['0.1 SYN-RECEIVED', '1.2 ESTABLISHED ?']);
  const answered = await lifeOfSegments([...ignored, [1.3, 1, ACK, 1, 1, 'hello']]);
  expect(statesIn(answered, 1)).toEqual(['0.1 SYN-RECEIVED', '1.2 ESTABLISHED']);
});

test('moments go backwards too', () => {
  expect(later({ seconds: 10, nanoseconds: 5_000_000 }, -0.02)).toEqual({ seconds: 9, nanoseconds: 985_000_000 });
  expect(later({ seconds: 10, nanoseconds: 5_000_000 }, -1.5)).toEqual({ seconds: 8, nanoseconds: 505_000_000 });
  expect(later({ seconds: 10, nanoseconds: 500_000_000 }, 1.75)).toEqual({ seconds: 12, nanoseconds: 250_000_000 });
});
