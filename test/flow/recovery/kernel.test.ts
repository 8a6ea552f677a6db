/**
 * Causes against the kernel that sent the segments again, and places of losses against the log of the line, on every
 * recording of fixtures/loss/.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { lossFolder, lossTruths } from '../../support/loss-truth.ts';
import { elapsed } from '../../../src/flow/life/moment.ts';
import { differences, droppedByReceiver, lateLooksLost, notTraced } from './differences.ts';
import { type Told, type Truth, eventsAt, truths } from './recordings.ts';

/** The kernel's word for a cause: it sends all that is reported or presumed missing in one place. */
const kernelWords: Readonly<Record<string, string>> = {
  'fast-retransmit': 'recovery',
  'sack-recovery': 'recovery',
  'partial-ack': 'recovery',
  'after-timeout': 'recovery',
  'path-mtu': 'recovery',
};

interface Found {
  readonly recording: string;
  readonly capture: string;
  readonly frame: number;
  readonly kernel: string;
  readonly ours: string;
}

async function causesOf(truth: Truth): Promise<{ right: number; wrong: Found[] }> {
  const wrong: Found[] = [];
  let right = 0;
  for (const capture of Object.keys(truth.captures)) {
    const resends = truth.resends.filter((r) => r.capture === capture && !r.failed && r.frame !== null);
    if (resends.length === 0) continue;
    const byFrame = new Map((await eventsAt(truth, capture)).map((event) => [event.frame, event]));
    for (const { frame, cause: kernel } of resends) {
      const ours = byFrame.get(frame!)?.cause ?? 'none';
      if ((kernelWords[ours] ?? ours) === kernel) right++;
      else wrong.push({ recording: truth.name, capture, frame: frame!, kernel, ours });
    }
  }
  return { right, wrong };
}

describe.each(truths)('$name', (truth) => {
  test('causes are those of the kernel', async () => {
    const { wrong } = await causesOf(truth);
    expect(wrong).toEqual(
      differences
        .filter(({ recording }) => recording === truth.name)
        .map(({ recording, capture, frame, kernel, ours }) => ({ recording, capture, frame, kernel, ours })),
    );
  });

  test('what the sender did not send again is not said to be', async () => {
    for (const side of ['client', 'server'] as const) {
      const own = (await eventsAt(truth, side)).filter(({ from, cause }) => from === side && isResend(cause));
      const known = new Set(truth.resends.filter((r) => r.capture === side).map(({ frame }) => frame));
      // The kernel tells once of several segments that it resends in one piece.
      const unknown = own.filter((event, i) => !known.has(event.frame) && !continues(own[i - 1], event));
      expect(unknown.map(frameOf)).toEqual(notTraced[`${truth.name} ${side}`] ?? []);
    }
  });

  test('losses are where the line dropped segments', async () => {
    for (const side of ['client', 'server'] as const) {
      const other = side === 'client' ? 'server' : 'client';
      const dropped = truth.did.filter(
        ({ action, from, payload }) => from === side && payload > 0 && (action === 'dropped' || action === 'answered'),
      );
      const atSender = (await eventsAt(truth, side)).filter(({ from }) => from === side);
      const atReceiver = (await eventsAt(truth, other)).filter(({ from }) => from === side);
      if (droppedByReceiver.includes(truth.name)) continue;
      expect(atSender.filter(({ lost }) => lost === 'before')).toEqual([]);
      const taken = atSender.filter((event) => event.lost === 'after' && !covers(dropped, event)).map(frameOf);
      if (side === 'server' && lateLooksLost.includes(truth.name)) expect(taken).not.toEqual([]);
      else expect(taken).toEqual([]);
      expect(atReceiver.filter((event) => event.lost === 'before' && !covers(dropped, event)).map(frameOf)).toEqual([]);
    }
  });
});

const continues = (before: Told | undefined, event: Told): boolean =>
  before !== undefined &&
  ((before.sequence + before.payloadBytes) | 0) === event.sequence &&
  elapsed(before, event) < 0.001;

const isResend = (cause: string): boolean => cause !== 'reordered' && cause !== 'duplicate-frame';
const frameOf = ({ frame }: Told): number => frame;

/** The line dropped a segment with these numbers. */
const covers = (dropped: Truth['did'], { sequence, payloadBytes }: Told): boolean =>
  dropped.some((d) => {
    const ahead = (sequence - d.sequence) | 0;
    return ahead < Math.max(1, d.payload) && ahead + Math.max(1, payloadBytes) > 0;
  });

test('at least 95 of a hundred causes are right, of all that are listed or not', async () => {
  let [right, wrong] = [0, 0];
  for (const truth of truths) {
    const found = await causesOf(truth);
    right += found.right;
    wrong += found.wrong.length;
  }
  expect(right).toBeGreaterThan(150);
  expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.95);
});

/** What the line let overtake where both ends were captured: the sender's capture has all in order. */
const behindTap: Readonly<Record<string, number>> = {
  // All four.
  'reordered-by-one server': 4,
  // Of six that the line held back one was sent again needlessly, and two more were covered by an ACK of another.
  'reordered-random server': 3,
};

test('what is overtaken behind the point of capture is told from its ACKs alone, and in no other recording', async () => {
  const found: Record<string, number> = {};
  for (const truth of lossTruths) {
    for (const [capture, file] of Object.entries(truth.captures)) {
      const { connections: c } = (await analyze([join(lossFolder, file)])).facts;
      for (const side of [0, 1] as const) {
        const count = c.recovery(0, side)?.reorderedBehindTap ?? 0;
        if (count > 0) found[`${truth.name} ${capture}`] = count;
      }
    }
  }
  expect(found).toEqual(behindTap);
}, 60_000);
