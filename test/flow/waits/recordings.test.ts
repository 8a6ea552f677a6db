/**
 * Stalls, limits and windows against recordings whose applications, lines and kernels logged what they did. Each story is
 * captured at both ends.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import type { ConnectionRow } from '../../../src/report/model.ts';
import { limitDifferences, stallDifferences, windowDifferences } from './differences.ts';
import { type Silence, type Truth, causesOf, folder, truths } from './truth.ts';

const stories = truths();

const rowOf = async (truth: Truth, capture: string): Promise<ConnectionRow> =>
  (await analyze([join(folder, truth.captures[capture]!)])).connsDocument().connections[0]!;

interface Told {
  readonly key: string;
  readonly cause: string;
  readonly causes: readonly string[] | null;
}

async function toldOf(truth: Truth, capture: string): Promise<Told[]> {
  const { startTime, stalls } = await rowOf(truth, capture);
  const start = Date.parse(`${startTime!.slice(0, 19)}Z`) / 1000 + Number(`0${startTime!.slice(19, -1)}`);
  return stalls!.longest.map(({ cause, startSeconds, seconds, frames }) => {
    const from = start + startSeconds;
    const silence: Silence = { from, to: from + seconds, frame: frames[1]!, capture };
    return { key: `${truth.name}-${capture} ${frames[1]!}`, cause, causes: causesOf(truth, silence) };
  });
}

const captures = stories.flatMap((truth) =>
  Object.keys(truth.captures)
    .filter((capture) => capture !== 'middle')
    .map((capture) => [`${truth.name}-${capture}`, truth, capture] as const),
);

test('stalls have the causes that the log gives them', async () => {
  let known = 0;
  const wrong: string[] = [];
  for (const [, truth, capture] of captures) {
    for (const { key, cause, causes } of await toldOf(truth, capture)) {
      if (causes === null) continue;
      known++;
      if (!causes.includes(cause)) wrong.push(`${key}: ${cause}, not ${causes.join(' or ')}`);
    }
  }
  expect(wrong.map((line) => line.split(':')[0]!).toSorted()).toEqual(Object.keys(stallDifferences).toSorted());
  expect(known).toBeGreaterThan(150);
  expect(1 - wrong.length / known).toBeGreaterThan(0.95);
}, 60_000);

describe('what an application did is among the stalls', () => {
  const LEAST_SECONDS = 0.1;
  const doings = captures.flatMap(([name, truth, capture]) =>
    truth.application.some(({ does }) => /thinks|pauses|does not read/.test(does))
      ? [[name, truth, capture] as const]
      : [],
  );
  test.each(doings)('%s', async (_, truth, capture) => {
    const { startTime, stalls } = await rowOf(truth, capture);
    const start = Date.parse(startTime!);
    for (const { time, endTime, does, side } of truth.application) {
      if (!/thinks|pauses|does not read/.test(does)) continue;
      const [from, to] = [(Date.parse(time) - start) / 1000, (Date.parse(endTime) - start) / 1000];
      if (to - from < LEAST_SECONDS) continue;
      const cause = does === 'does not read' ? 'zero-window' : `${side}-thinking`;
      const within = stalls!.longest.filter(
        (stall) => stall.cause === cause && stall.startSeconds < to && stall.startSeconds + stall.seconds > from,
      );
      expect(within.length, `${does} from ${from} to ${to}`).toBeGreaterThan(0);
    }
  });
});

const shares: Readonly<Record<string, string>> = { 'congestion-window': 'path' };
const limited = captures.filter(
  ([
    ,
    {
      expect: { limitedBy },
    },
  ]) => limitedBy !== undefined && limitedBy !== 'nagle-delayed-ack',
);

test('most of the time went to what the story is about', async () => {
  const differing: string[] = [];
  for (const [name, truth, capture] of limited) {
    const { time } = await rowOf(truth, capture);
    const wanted = truth.expect.limitedBy!;
    if (time!.limitedBy !== (shares[wanted] ?? wanted)) differing.push(name);
  }
  expect(differing).toEqual(Object.keys(limitDifferences));
  expect(limited.length).toBeGreaterThan(20);
});

/** The kernel counts in ticks of 4 ms, and knows what it has to send; a twentieth and a round trip are left to that. */
const TICKS_SECONDS = 0.012;
const PART = 0.05;

test("the time that the receiver's window held the sender is the kernel's own (TCP_INFO)", async () => {
  const differing: string[] = [];
  let held = 0;
  for (const truth of stories) {
    for (const { side, receiverLimitedMicroseconds } of truth.sockets) {
      const kernel = receiverLimitedMicroseconds / 1e6;
      if (kernel === 0 || truth.captures[side] === undefined) continue;
      held++;
      const ours = (await rowOf(truth, side)).time!.receiverWindowSeconds;
      const most = PART * kernel + TICKS_SECONDS + 2 * truth.line.delaySeconds;
      if (Math.abs(ours - kernel) > most) differing.push(truth.name);
    }
  }
  expect(differing).toEqual(Object.keys(windowDifferences));
  expect(held).toBeGreaterThan(8);
});
