/** Flights round by round against the congestion window that the sending kernel logged (`windows` of `fixtures/loss`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { type Round, roundsOf } from '../../../src/flow/ladder/flights.ts';
import { phasesOf } from '../../../src/flow/ladder/phases.ts';
import { LadderRecorder } from '../../../src/flow/ladder/recorder.ts';
import { halfOf, leastRoundTrip } from '../../../src/flow/waits/read.ts';
import { fixtures } from '../../support/frames.ts';
import { Talk, heard } from '../../support/talk.ts';

const MSS = 1448;
const folder = join(fixtures, 'loss');

interface Truth {
  readonly windows: readonly (readonly [time: string, side: string, segments: number, ...rest: unknown[]])[];
}

const secondsOf = (time: string): number =>
  Date.parse(`${time.slice(0, 19)}Z`) / 1000 + Number(`0${time.slice(19, -1)}`);

async function roundsIn(path: string): Promise<{ rounds: Round[]; start: number }> {
  const recorder = new LadderRecorder('tcp', 0);
  const analysis = await analyze([path], { observer: recorder });
  const { connections: c } = analysis.facts;
  const [row] = analysis.connectionRows();
  const rounds = roundsOf(recorder.segments.first(), 1, halfOf(c, 0, 1) / 1e9, leastRoundTrip(c, 0) / 1e9);
  return { rounds, start: secondsOf(row!.startTime!) };
}

/** The kernel's window, in segments, as it stood while the round was sent: before the ACK that ended it. */
async function compared(story: string): Promise<{ round: Round; kernel: number }[]> {
  const truth = JSON.parse(readFileSync(join(folder, `${story}.truth.json`), 'utf8')) as Truth;
  const { rounds, start } = await roundsIn(join(folder, `${story}-server.pcap`));
  return rounds.map((round) => {
    const known = truth.windows.filter(
      ([time, side]) => side === 'server' && secondsOf(time) - start <= round.end - 0.0005,
    );
    return { round, kernel: known.at(-1)?.[2] ?? 0 };
  });
}

describe('a flight is the congestion window of a sender that has enough to send', () => {
  // The last round has what is left, a round of recovery has segments that SACK took out of the kernel's count.
  test.each(['clean', 'long-path', 'bufferbloat', 'loss-random-reno'])('%s', async (story) => {
    const all = (await compared(story)).slice(0, -1).filter(({ round }) => round.resent === 0);
    expect(all.length).toBeGreaterThan(1);
    for (const { round, kernel } of all) {
      expect(Math.abs(round.flight / MSS - kernel), `round from ${round.start}`).toBeLessThanOrEqual(2.1);
    }
  });

  test('captured at the receiver it is the same, a way later', async () => {
    const [there, here] = [
      await roundsIn(join(folder, 'long-path-server.pcap')),
      await roundsIn(join(folder, 'long-path-client.pcap')),
    ];
    expect(here.rounds.slice(0, 3).map(({ flight }) => flight)).toEqual(
      there.rounds.slice(0, 3).map(({ flight }) => flight),
    );
  });
});

const namesOf = async (story: string): Promise<string[]> =>
  phasesOf((await roundsIn(join(folder, `${story}-server.pcap`))).rounds, MSS).map(({ phase }) => phase);

describe('phases', () => {
  test('slow start, and again after a pause', async () => {
    expect(await namesOf('idle-restart')).toEqual(['slow-start', 'restart', 'slow-start']);
  });

  test('avoidance when slow start is over', async () => {
    expect(await namesOf('bufferbloat')).toEqual(['slow-start', 'avoidance']);
  });

  test('a recovery for each loss that is noticed at once, then avoidance', async () => {
    const names = await namesOf('loss-random-reno');
    expect(names.slice(0, 3)).toEqual(['slow-start', 'recovery', 'avoidance']);
    expect(names.filter((name) => name === 'recovery')).toHaveLength(5);
  });
});

test('nothing to conclude from: segments of the other end alone, and times that run backwards', async () => {
  const talk = new Talk().open(20, 20.01);
  for (let i = 0; i < 30; i++) talk.send(100 - i, 0, { length: 1000 });
  const recorder = new LadderRecorder('tcp', 0);
  await heard(talk, { observer: recorder });
  expect(roundsOf(recorder.segments.first(), 1, 0, 0)).toEqual([]);
  expect(roundsOf(recorder.segments.first(), 0, 0, 0)).toHaveLength(1);
});
