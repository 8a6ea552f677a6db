/** Captures come out the same with the fast lane and without it: fixtures, real captures, and frames made to be odd. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import { CaptureError } from '../../src/capture/errors.ts';
import { BLOCK_BYTES } from '../../src/capture/limits.ts';
import { Lane } from '../../src/flow/lane.ts';
import { type Frame, pcap, pcapng } from '../support/capture-bytes.ts';
import { ACK, SYN, tcp } from '../support/conversations.ts';
import { fixtureCaptures, fixtures } from '../support/frames.ts';

const shared = join(import.meta.dirname, '../../../shared/captures');
const folder = mkdtempSync(join(tmpdir(), 'synoptic-lane-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows that went through the lane. */
let taken = 0;
const real = Lane.prototype.count;
beforeEach(() => {
  taken = 0;
  vi.spyOn(Lane.prototype, 'count').mockImplementation(function count(this: Lane, ...row) {
    const rows = real.apply(this, row);
    taken += rows;
    return rows;
  });
});

/** Everything that is known at the end of a run; or why there is nothing. */
async function outcome(path: string, shortcuts: boolean): Promise<unknown> {
  try {
    return everything(await analyze([path], { shortcuts }));
  } catch (error) {
    if (error instanceof CaptureError) return error.message;
    throw error;
  }
}

function everything(analysis: Analysis): unknown {
  const { records } = analysis.facts.tracker.table;
  const sequences = Array.from({ length: records.count }, (_, id) =>
    [0, 1].map((side) => [records.sndNxt(id, side), records.lastAck(id, side)]),
  );
  return { analyzed: analysis.analyzeDocument(), conns: analysis.connsDocument(), sequences };
}

async function expectAlike(path: string): Promise<void> {
  expect(await outcome(path, true)).toEqual(await outcome(path, false));
}

test.each(fixtureCaptures())('%s', (name) => expectAlike(join(fixtures, name)));

test('fixtures with long transfers use the lane', async () => {
  await expectAlike(join(fixtures, 'first-look/site.pcap'));
  expect(taken).toBeGreaterThan(80);
});

const captures = existsSync(shared) ? readdirSync(shared).filter((name) => /\.(pcap|pcapng|cap)$/.test(name)) : [];

describe.skipIf(captures.length === 0)(
  `captures of ${shared}${captures.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  () => {
    test.each(captures)('%s', (name) => expectAlike(join(shared, name)));
  },
);

/* --------------------------------------------------------------------------------------------------- odd frames */

const FIN = 0x01;
const RST = 0x04;
const PSH = 0x08;
/** Frames of the conversations below: batches enough for the lane to know the connections and to be tried again. */
const FRAMES = 500;
const ends = [
  { from: '10.0.0.1', to: '10.0.0.2', ports: [40_000, 9999] },
  { from: '10.0.0.3', to: '10.0.0.2', ports: [40_001, 9999] },
] as const;

/** Two transfers side by side: bursts of data one way, acknowledgments the other, all in order. */
function makeTransfers(): Uint8Array[] {
  // Where the numbers of each conversation stand: what was sent, and what was sent back.
  const sent = ends.map(() => 1000);
  const answered = ends.map(() => 5000);
  return Array.from({ length: FRAMES }, (_, i) => {
    const which = (i >> 3) & 1;
    const end = ends[which]!;
    const [seq, ack] = [sent[which]!, answered[which]!];
    const forward = { ...end, seq, ack, flags: i % 3 === 0 ? ACK | PSH : ACK };
    const back = { from: end.to, to: end.from, ports: [end.ports[1], end.ports[0]] as const, seq: ack, ack: seq };
    const step = i < 16 ? i & 7 : 8;
    if (step === 0) return tcp({ ...forward, flags: SYN, seq: 999, ack: 0 });
    if (step === 1) return tcp({ ...back, flags: SYN | ACK, seq: 4999, ack: 1000 });
    if (step === 2) return tcp({ ...forward, seq: 1000 });
    const isBack = i % 4 === 3;
    const payload = isBack ? (i % 5 === 0 ? 'yes' : '') : `line ${i} of the text`;
    if (isBack) answered[which]! += payload.length;
    else sent[which]! += payload.length;
    return tcp({ ...(isBack ? back : forward), ...(payload === '' ? {} : { payload }) });
  });
}
const transfers: readonly Uint8Array[] = makeTransfers();

/** Lanes take no rows of the first batch, in which the connection is new, and leave out the second. */
const BULK_FRAMES = 384;
/** In the third batch, in the middle of a burst. */
const ODD_ROW = 306;

/** Where data of one kind follow each other, `flow/alike.ts` counts them: bursts of 24, each answered by text and an ACK. */
function makeBulk(): Uint8Array[] {
  const end = ends[0];
  const back = { from: end.to, to: end.from, ports: [end.ports[1], end.ports[0]] as const };
  const frames = [
    tcp({ ...end, flags: SYN, seq: 999, ack: 0 }),
    tcp({ ...back, flags: SYN | ACK, seq: 4999, ack: 1000 }),
    tcp({ ...end, seq: 1000, ack: 5000 }),
  ];
  let [sent, told, answered] = [1000, 5000, 5000];
  for (let i = 0; frames.length < BULK_FRAMES; i++) {
    if (i % 26 < 24) {
      // What the other end said is acknowledged with delay, in the middle of a burst.
      if (i % 26 === 12) told = answered;
      frames.push(tcp({ ...end, seq: sent, ack: told, payload: 'as long as others' }));
      sent += 17;
    } else if (i % 26 === 24) {
      frames.push(tcp({ ...back, seq: answered, ack: sent, payload: 'yes' }));
      answered += 3;
    } else frames.push(tcp({ ...back, seq: answered, ack: sent }));
  }
  return frames;
}
const bulk: readonly Uint8Array[] = makeBulk();

/** Right checksums again after bytes were changed. */
function mend(frame: Uint8Array): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const length = view.getUint16(16) - 20;
  if (length < 20 || 34 + length > frame.length) return;
  view.setUint16(24, 0);
  view.setUint16(24, complement(view, 14, 20, 0));
  view.setUint16(50, 0);
  view.setUint16(50, complement(view, 34, length, length + 6 + sum(view, 26, 8)));
}

function sum(view: DataView, at: number, length: number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += view.getUint8(at + i) << (i % 2 === 0 ? 8 : 0);
  return total;
}

function complement(view: DataView, at: number, length: number, start: number): number {
  let total = start + sum(view, at, length);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return ~total & 0xffff;
}

interface Change {
  readonly frame: number;
  readonly edits: readonly { readonly at: number; readonly value: number }[];
  readonly mended: boolean;
  readonly keep: number;
  readonly longer: number;
  readonly later: number;
  readonly twice: boolean;
}

/** Offsets of fields that decide something: lengths, TTL, checksums, ports, sequence numbers, flags. */
const FIELDS = [12, 14, 15, 16, 17, 20, 22, 23, 24, 25, 29, 33, 35, 37, 38, 41, 42, 45, 46, 47, 50, 51];
const FLAGS = [SYN, SYN | ACK, ACK, FIN | ACK, RST, RST | ACK, FIN, 0, 0xff];
const edit = fc.oneof(
  fc.record({ at: fc.nat(80), value: fc.nat(255) }),
  fc.record({ at: fc.constantFrom(...FIELDS), value: fc.nat(255) }),
  fc.record({ at: fc.constant(47), value: fc.constantFrom(...FLAGS) }),
  fc.record({ at: fc.constant(17), value: fc.integer({ min: 36, max: 62 }) }),
);
const changeParts = {
  frame: fc.nat(FRAMES - 1),
  edits: fc.array(edit, { maxLength: 3 }),
  mended: fc.boolean(),
  keep: fc.oneof(fc.constant(1000), fc.nat(80)),
  longer: fc.oneof(fc.constant(0), fc.constantFrom(-30, -1, 6, 1400, 0x3ffff, 0x7fffffff)),
  later: fc.oneof(fc.constant(0), fc.constantFrom(-2000, -1, 1, 4_000_000_000, 0xffffffff - 1_700_000_000)),
  twice: fc.boolean(),
};
const change: fc.Arbitrary<Change> = fc.record(changeParts);

function withChanges(changes: readonly Change[], all = transfers, perSecond = 4): Frame[] {
  const frames: Frame[] = [];
  all.forEach((sound, i) => {
    const changed = changes.find(({ frame }) => frame === i);
    const data = sound.slice();
    const frame = { seconds: 1_700_000_000 + Math.floor(i / perSecond), nanoseconds: i * 1000, data };
    if (changed === undefined || changed.twice) frames.push({ ...frame, data: sound });
    if (changed === undefined) return;
    for (const { at, value } of changed.edits) if (at < data.length) data[at] = value;
    if (changed.mended) mend(data);
    const originalLength = Math.max(0, data.length + changed.longer);
    const seconds = Math.min(0xffffffff, Math.max(0, frame.seconds + changed.later));
    frames.push({ ...frame, seconds, data: data.subarray(0, changed.keep), originalLength });
  });
  return frames;
}

test('transfers with a few odd frames among them', async () => {
  const path = join(folder, 'odd.pcap');
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 5 }), async (changes) => {
      writeFileSync(path, pcap(withChanges(changes)));
      await expectAlike(path);
    }),
    { numRuns: 400, seed: 20261121 },
  );
  expect(taken).toBeGreaterThan(400 * 70);
}, 300_000);

test('bulk data with a few odd frames among them', async () => {
  const path = join(folder, 'bulk.pcap');
  const anywhere = fc.record({ ...changeParts, frame: fc.nat(bulk.length - 1) });
  await fc.assert(
    fc.asyncProperty(fc.array(anywhere, { maxLength: 3 }), async (changes) => {
      writeFileSync(path, pcap(withChanges(changes, bulk, 300)));
      await expectAlike(path);
    }),
    { numRuns: 100, seed: 20261121 },
  );
  expect(taken).toBeGreaterThan(100 * 60);
}, 300_000);

const SOUND = { mended: true, keep: 1000, longer: 0, later: 0, twice: false } as const;
/** Every byte of the headers but addresses of Ethernet, in a row in the middle of a burst. */
const headerBytes = Array.from({ length: 42 }, (_, i) => 12 + i);

describe.each([true, false])('one odd row in bulk data, checksums right: %s', (mended) => {
  test.each(headerBytes)('byte %d', async (at) => {
    const path = join(folder, `bulk-${at}.pcap`);
    for (const flip of [1, 0x80]) {
      const edits = [{ at, value: bulk[ODD_ROW]![at]! ^ flip }];
      writeFileSync(path, pcap(withChanges([{ ...SOUND, frame: ODD_ROW, edits, mended }], bulk, 300)));
      await expectAlike(path);
    }
  });
});

test.each([
  ['cut', { keep: 60 }],
  ['longer on the wire', { longer: 6 }],
  ['a second later', { later: 1 }],
  ['a second earlier', { later: -1 }],
  ['twice', { twice: true }],
  ['twice, and the second time cut', { twice: true, keep: 60 }],
])('a row of bulk data that is %s', async (_, odd) => {
  const path = join(folder, 'bulk-row.pcap');
  writeFileSync(path, pcap(withChanges([{ ...SOUND, frame: ODD_ROW, edits: [], ...odd }], bulk, 300)));
  await expectAlike(path);
});

test('bulk data that fills the window in the middle of a burst', async () => {
  const path = join(folder, 'bulk-full.pcap');
  const frames = withChanges([], bulk, 300).map((frame) => {
    const data = frame.data.slice();
    // The receiver takes ten segments and no more; it offers no scaling.
    const view = new DataView(data.buffer);
    if (view.getUint16(34) === ends[0].ports[1]) view.setUint16(48, 170);
    mend(data);
    return Object.assign(frame, { data });
  });
  writeFileSync(path, pcap(frames));
  await expectAlike(path);
  const { connections } = (await analyze([path])).facts;
  expect(connections.analysis(0, 0).windowFull).toBeGreaterThan(5);
});

test('bulk data with a pause, and all cut short', async () => {
  const path = join(folder, 'bulk-pause.pcap');
  const frames = withChanges([], bulk, 300);
  const paused = frames.map((frame, i) => ({
    ...frame,
    nanoseconds: frame.nanoseconds + (i > ODD_ROW ? 400_000_000 : 0),
  }));
  const cut = paused.map((frame) => ({
    ...frame,
    originalLength: frame.data.length,
    data: frame.data.subarray(0, 60),
  }));
  for (const some of [frames, paused, cut]) {
    writeFileSync(path, pcap(some));
    await expectAlike(path);
  }
});

test.each([0, 4])('a frame check sequence of %d bytes', async (fcsLength) => {
  const path = join(folder, 'fcs.pcapng');
  const frames = withChanges([]).map(({ seconds, nanoseconds, data }) => ({
    seconds,
    nanoseconds,
    data: Uint8Array.from([...data, 0, 0, 0, 0]),
  }));
  writeFileSync(path, pcapng(frames, { fcsLength }));
  await expectAlike(path);
});

const filler = (length: number): Frame => ({ seconds: 1_600_000_000, nanoseconds: 0, data: new Uint8Array(length) });

test('behind bulk data, a frame shorter than any header, at the very end of the memory that is read into', async () => {
  const short = { seconds: 1_700_001_000, nanoseconds: 0, data: new Uint8Array(14) };
  const frames = [...withChanges([], bulk.slice(0, ODD_ROW)), short];
  for (;;) {
    const left = BLOCK_BYTES - pcap(frames).length - RECORD_HEADER;
    frames.unshift(filler(Math.min(left, 60_000)));
    if (left <= 60_000) break;
  }
  const capture = pcap(frames);
  expect(capture).toHaveLength(BLOCK_BYTES);
  const path = join(folder, 'short.pcap');
  writeFileSync(path, capture);
  await expectAlike(path);
  expect(taken).toBeGreaterThan(20);
});

const RECORD_HEADER = 16;
