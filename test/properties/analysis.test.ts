/**
 * Marks of the TCP analysis depend on the segments alone: not on whether runs of routine segments are counted at once,
 * and not on how frames are dealt out to batches.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { BATCH_FRAMES, Batch } from '../../src/capture/batch.ts';
import { openCapture } from '../../src/capture/open.ts';
import { Connections } from '../../src/flow/connections.ts';
import { Tracker } from '../../src/flow/tracker.ts';
import { Decoder } from '../../src/wire/decode.ts';
import { Frame } from '../../src/wire/frame.ts';
import { type Frame as Recorded, pcap } from '../support/capture-bytes.ts';
import { ACK, FIN, RST, SYN, tcp } from '../support/conversations.ts';
import { fixtureCaptures, fixtures } from '../support/frames.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-marks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/* ------------------------------------------------------------------------------------------------- conversations */

/** One step: an end sends a few segments that are nearly what is expected of it. */
interface Step {
  readonly side: 0 | 1;
  readonly times: number;
  /** Off what comes next in order. */
  readonly offset: number;
  readonly length: number;
  /** Bytes that it acknowledges beyond its last ACK; -1 for all that its peer sent. */
  readonly acks: number;
  readonly window: number;
  readonly flags: number;
  readonly microseconds: number;
}

/** A few values are much more likely than the others. */
const mostly = <T>(usual: fc.Arbitrary<T>, rest: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: rest });

const step: fc.Arbitrary<Step> = fc.record({
  side: fc.constantFrom(0, 1),
  times: fc.integer({ min: 1, max: 9 }),
  offset: mostly(fc.constant(0), fc.constantFrom(-200, -100, -1, 1, 100)),
  length: fc.constantFrom(0, 0, 1, 100, 100, 200),
  acks: mostly(fc.constantFrom(-1, 0), fc.constantFrom(1, 100, 500, -100)),
  window: mostly(fc.constant(500), fc.constantFrom(0, 50, 100, 200)),
  flags: fc.oneof(
    { weight: 30, arbitrary: fc.constant(ACK) },
    { weight: 1, arbitrary: fc.constantFrom(ACK | FIN, RST, SYN, ACK | SYN, 0) },
  ),
  microseconds: fc.constantFrom(1, 100, 2000, 30_000),
});

const ends = [
  { from: '10.0.0.1', to: '10.0.0.2', ports: [40_000, 9] },
  { from: '10.0.0.2', to: '10.0.0.1', ports: [9, 40_000] },
] as const;
/** Numbers pass through zero on the way. */
const ISN = [0xffff_ff00, 0xffff_0000] as const;

class Conversation {
  readonly frames: Recorded[] = [];
  readonly #next: [number, number] = [ISN[0], ISN[1]];
  readonly #acked: [number, number] = [0, 0];
  #microseconds = 0;

  send(side: 0 | 1, flags: number, offset: number, length: number, acks: number, window: number, scale?: number): void {
    const peer = side === 0 ? 1 : 0;
    const seq = (this.#next[side] + offset) >>> 0;
    this.#acked[side] = (acks < 0 && acks > -100 ? this.#next[peer] : this.#acked[side] + acks) >>> 0;
    const ack = (flags & ACK) === 0 ? 0 : this.#acked[side];
    const payload = new Uint8Array(length);
    const data = tcp({ ...ends[side], seq, ack, flags, window, payload, ...(scale === undefined ? {} : { scale }) });
    const seconds = 1_700_000_000 + Math.floor(this.#microseconds / 1e6);
    this.frames.push({ seconds, nanoseconds: (this.#microseconds % 1e6) * 1000, data });
    const end = seq + length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0);
    if (offset >= 0) this.#next[side] = end >>> 0;
  }

  wait(microseconds: number): void {
    this.#microseconds += microseconds;
  }
}

function conversation(steps: readonly Step[], scale: number | undefined): Recorded[] {
  const talk = new Conversation();
  talk.send(0, SYN, 0, 0, 0, 500, scale);
  talk.wait(800);
  talk.send(1, SYN | ACK, 0, 0, -1, 500, scale);
  talk.wait(300);
  talk.send(0, ACK, 0, 0, -1, 500);
  for (const { side, times, offset, length, acks, window, flags, microseconds } of steps) {
    for (let i = 0; i < times; i++) {
      talk.wait(microseconds);
      talk.send(side, flags, offset, length, acks, window);
    }
  }
  return talk.frames;
}

test('runs of routine segments bear the marks that each of them would', async () => {
  const path = join(folder, 'talk.pcap');
  const scales = fc.constantFrom(undefined, 0, 2);
  const steps = fc.array(step, { minLength: 60, maxLength: 150 });
  const holds = async (list: readonly Step[], scale: number | undefined): Promise<void> => {
    writeFileSync(path, pcap(conversation(list, scale)));
    const [fast, slow] = [await analyze([path]), await analyze([path], { shortcuts: false })];
    expect(marksOf(fast.facts.connections)).toEqual(marksOf(slow.facts.connections));
    expect(fast.connsDocument()).toEqual(slow.connsDocument());
  };
  await fc.assert(fc.asyncProperty(steps, scales, holds), { numRuns: 150 });
});

/* ------------------------------------------------------------------------------------------------------- batches */

/** Counts and frames of all marks. */
const marksOf = (c: Connections): unknown =>
  Array.from({ length: c.count }, (_, id) => [0, 1].map((side) => [c.analysis(id, side), c.markedFrames(id, side)]));

/** The connections of a capture that is read in batches of the given sizes, over and over. */
async function inBatches(path: string, sizes: readonly number[]): Promise<Connections> {
  const source = await openCapture([path]);
  const batch = new Batch();
  const decoder = new Decoder();
  const tracker = new Tracker(() => 0);
  const frames = Array.from({ length: BATCH_FRAMES }, () => new Frame());
  const counted = new Uint8Array(BATCH_FRAMES).fill(1);
  for (let turn = 0; await source.load();) {
    for (batch.limit = sizes[0]!; source.next(batch); batch.limit = sizes[++turn % sizes.length]!) {
      for (let i = 0; i < batch.count; i++) decoder.decode(pointed(frames[i]!, batch, i, source.interfaces));
      tracker.track(frames, batch.count, counted);
    }
  }
  source.close();
  return new Connections(tracker, { seconds: 0, nanoseconds: 0 });
}

function pointed(f: Frame, batch: Batch, i: number, faces: readonly { readonly linkType: number }[]): Frame {
  f.number = batch.firstNumber + i;
  f.seconds = batch.seconds[i]!;
  f.nanoseconds = batch.nanoseconds[i]!;
  f.bytes = batch.bytes;
  f.view = batch.view;
  f.linkType = faces[batch.interfaceIndex[i]!]!.linkType;
  f.start = batch.start[i]!;
  f.originalLength = batch.originalLength[i]!;
  f.end = f.start + batch.capturedLength[i]!;
  f.wireEnd = Math.max(f.end, f.start + f.originalLength);
  return f;
}

const captures = fixtureCaptures().filter((name) => /^(flow|first-look)\/|^life\/(reader|multi|keep)/.test(name));

describe.each(captures)('%s', (name) => {
  test('the same marks in batches of any size', async () => {
    const path = join(fixtures, name);
    const whole = marksOf(await inBatches(path, [BATCH_FRAMES]));
    const sizes = fc.array(fc.integer({ min: 1, max: BATCH_FRAMES }), { minLength: 1, maxLength: 5 });
    const holds = async (list: readonly number[]): Promise<void> => {
      expect(marksOf(await inBatches(path, list))).toEqual(whole);
    };
    await fc.assert(fc.asyncProperty(sizes, holds), { numRuns: 5 });
  });
});
