/** What was sent again in the recordings of fixtures/loss/, beside what the kernel counted, and frames beside what the line did. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import type { ConnectionRow } from '../../../src/report/model.ts';
import { type LossSide, type LossTruth, lossFolder, lossTruths } from '../../support/loss-truth.ts';

const sides = ['client', 'server'] as const;
const endOf = { client: 'originator', server: 'responder' } as const;

async function rowOf(truth: LossTruth, capture: LossSide): Promise<ConnectionRow> {
  const analysis = await analyze([join(lossFolder, truth.captures[capture]!)]);
  return [...analysis.connectionRows()].find(({ transport }) => transport === 'tcp')!;
}

test('a capture that has every frame twice has as many round trips as one that has them once', async () => {
  const truth = lossTruths.find(({ name }) => name === 'duplicated-by-capture')!;
  const samples = async (capture: string): Promise<number[]> => {
    const analysis = await analyze([join(lossFolder, truth.captures[capture]!)]);
    const [row] = [...analysis.connectionRows()];
    return [row!.endpoints.originator, row!.endpoints.responder].map(({ rtt }) => rtt!.samples);
  };
  expect(await samples('middle')).toEqual(await samples('server'));
  expect(await samples('middle')).toEqual([3, 28]);
});

/** The capture begins after some of it was sent, or leaves frames out. */
const partOnly = new Set(['mid-stream']);

/** The kernel's clock for round trips, and how much later than the kernel a recorder may see a segment. */
const TICK_SECONDS = 0.001;

describe.each(lossTruths.map((truth) => [truth.name, truth] as const))('loss/%s', (name, truth) => {
  test('the line did to frames what it says', () => {
    for (const { action, from, frames } of truth.did) {
      const sent = frames[from]!;
      const received = frames[from === 'client' ? 'server' : 'client']!;
      // `answered`: dropped, with an ICMP error.
      if (action === 'dropped' || action === 'answered') expect([sent.length > 0, received]).toEqual([true, []]);
      else if (action === 'duplicated') expect(received.length).toBeGreaterThan(1);
      else expect([sent.length, received.length]).toEqual([1, 1]);
    }
  });

  test.each(sides)('bytes that the %s sent, and sent again', async (side) => {
    const socket = truth.sockets.find((s) => s.side === side)!;
    if (partOnly.has(name) || socket.bytesSent === undefined) return;
    const end = (await rowOf(truth, side)).endpoints[endOf[side]];
    const resent = end.payloadBytes - end.uniqueBytes!;
    expect({ sent: end.payloadBytes, resent }).toEqual({ sent: socket.bytesSent, resent: socket.bytesResent });
  });

  test.each(sides)('the least round trip of the %s', async (side) => {
    const least = truth.sockets.find((s) => s.side === side)!.minRttMicroseconds;
    const rtt = (await rowOf(truth, side)).endpoints[endOf[side]].rtt;
    if (partOnly.has(name) || least === undefined || rtt === undefined) return;
    expect(Math.abs(rtt.minSeconds - least / 1e6), `${rtt.minSeconds}, not ${least / 1e6}`).toBeLessThan(TICK_SECONDS);
  });
});
