/** Letters of the history that Zeek's rows in ../shared/captures hardly have, by conversations made for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { BATCH_FRAMES } from '../../src/capture/batch.ts';
import type { ConnectionRow } from '../../src/report/model.ts';
import { pcap } from '../support/capture-bytes.ts';
import { ACK, SYN, tcp, udp } from '../support/conversations.ts';

const FIN = 0x01;
const RST = 0x04;

const folder = mkdtempSync(join(tmpdir(), 'synoptic-history-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Offset of the window field in a frame of `tcp`. */
const WINDOW = 14 + 20 + 14;

interface Segment {
  /** 0 from the originator, 1 from the responder. */
  readonly side: 0 | 1;
  readonly flags?: number;
  /** Relative to the initial sequence numbers of its sender and its peer. */
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
}

/** Numbers pass zero within the connection. */
const ISN = [0xfffffffa, 0xfffffff0] as const;
const A = { from: '10.0.0.1', to: '10.0.0.2', ports: [1024, 9] } as const;
const B = { from: '10.0.0.2', to: '10.0.0.1', ports: [9, 1024] } as const;

function frame({ side, flags = ACK, seq = 1, ack = 1, length = 0, window = 100 }: Segment): Uint8Array {
  const bytes = tcp({
    ...(side === 0 ? A : B),
    flags,
    seq: (ISN[side] + seq) >>> 0,
    ack: (ISN[side === 0 ? 1 : 0] + ack) >>> 0,
    payload: new Uint8Array(length),
  });
  new DataView(bytes.buffer, bytes.byteOffset).setUint16(WINDOW, window);
  return bytes;
}

async function rowsOf(frames: readonly Uint8Array[]): Promise<ConnectionRow[]> {
  const path = join(folder, 'a.pcap');
  const timed = frames.map((data, i) => ({ seconds: 1_700_000_000 + i, nanoseconds: 0, data }));
  writeFileSync(path, pcap(timed.map((one) => ({ ...one, originalLength: one.data.length }))));
  return [...(await analyze([path])).connectionRows()];
}

const rowOf = async (segments: readonly Segment[]): Promise<ConnectionRow> => (await rowsOf(segments.map(frame)))[0]!;
const historyOf = async (segments: readonly Segment[]): Promise<string> => (await rowOf(segments)).history;

const handshake: readonly Segment[] = [
  { side: 0, flags: SYN, seq: 0, ack: 0 },
  { side: 1, flags: SYN | ACK, seq: 0, ack: 1 },
  { side: 0 },
];
/** Bursts are only counted at once in batches that open no connection, once both directions are in the cache. */
const opening: readonly Segment[] = [...handshake, { side: 1 }, { side: 0 }];
const filler: readonly Uint8Array[] = Array.from({ length: BATCH_FRAMES - opening.length }, () =>
  udp({ from: '10.0.0.3', to: '10.0.0.4', ports: [5000, 5001], payload: 'x' }),
);
const historyBeyond = async (segments: readonly Segment[]): Promise<string> =>
  (await rowsOf([...opening.map(frame), ...filler, ...segments.map(frame)]))[0]!.history;
const times = (n: number, segment: Segment): Segment[] => Array.from({ length: n }, () => segment);

describe('payload sent again', () => {
  const data: Segment = { side: 0, length: 10 };

  test.each([
    [1, 'ShAD'],
    [2, 'ShADT'],
    [10, 'ShADT'],
    [11, 'ShADTT'],
    [101, 'ShADTTT'],
  ])('%i times', async (n, history) => {
    expect(await historyOf([...handshake, ...times(n, data)])).toBe(history);
  });

  test('in a burst', async () => {
    const burst = Array.from({ length: 20 }, (_, i): Segment => ({ side: 0, seq: 1 + 10 * i, length: 10 }));
    expect(await historyBeyond(burst)).toBe('ShAaD');
    expect(await historyBeyond([...burst, ...burst.slice(11)])).toBe('ShAaDT');
    expect(await historyBeyond([...burst, ...burst.slice(10)])).toBe('ShAaDTT');
  });

  test('is what ends before the highest number, however it got there', async () => {
    expect(await historyOf([...handshake, { side: 0, seq: 11, length: 10 }, { side: 0, seq: 1, length: 10 }])).toBe(
      'ShADT',
    );
    expect(await historyOf([...handshake, data, { side: 0, seq: 6, length: 10 }])).toBe('ShAD');
  });

  test('in a connection whose start was not captured', async () => {
    expect(
      await historyOf([
        { side: 0, seq: 50, length: 5 },
        { side: 1, seq: 20 },
        { side: 1, seq: 9, length: 5 },
      ]),
    ).toBe('Dadt');
    expect(
      await historyOf([
        { side: 0, seq: 50, ack: 30, length: 5 },
        { side: 1, seq: 9, length: 5 },
      ]),
    ).toBe('Dd');
  });
});

describe('gaps', () => {
  const late = { side: 1, seq: 101, length: 10 } as const;

  test('show when the peer acknowledges what was not captured', async () => {
    expect(await historyOf([...handshake, late])).toBe('ShAd');
    expect(await historyOf([...handshake, late, { side: 0, ack: 111 }])).toBe('ShAdg');
    expect(await historyOf([...handshake, { side: 0, ack: 50 }])).toBe('ShAg');
  });

  test('do not when the hole was filled before', async () => {
    const fill = { side: 1, seq: 1, length: 100 } as const;
    expect(await historyOf([...handshake, late, fill, { side: 0, ack: 111 }])).toBe('ShAdt');
  });

  test('before a FIN: its own number is no payload', async () => {
    const fin = (seq: number): Segment => ({ side: 1, flags: FIN | ACK, seq });
    expect(await historyOf([...handshake, fin(1), { side: 0, ack: 2 }])).toBe('ShAf');
    expect(await historyOf([...handshake, fin(9), { side: 0, ack: 10 }, { side: 0, ack: 10 }])).toBe('ShAfg');
  });

  test('are counted one by one', async () => {
    const holes = (n: number): Segment[] =>
      Array.from({ length: n }, (_, i): Segment => ({ side: 1, seq: 11 + 20 * i, length: 10 }));
    const acked = (seq: number): Segment => ({ side: 0, ack: seq });
    expect(await historyOf([...handshake, ...holes(9).flatMap((one) => [one, acked(one.seq! + 10)])])).toBe('ShAdg');
    expect(await historyOf([...handshake, ...holes(10).flatMap((one) => [one, acked(one.seq! + 10)])])).toBe('ShAdgg');
    const fin = { side: 1, flags: FIN | ACK, seq: 11 + 20 * 8 + 10 } as const;
    const last = holes(9)[8]!;
    const before = holes(8).flatMap((one) => [one, acked(one.seq! + 10)]);
    expect(await historyOf([...handshake, ...before, last, fin, acked(fin.seq + 1)])).toBe('ShAdgf');
  });

  test('are not known in a connection that was joined, or reset', async () => {
    expect(await historyOf([{ side: 0 }, { side: 1, length: 5 }, { side: 0, ack: 90 }])).toBe('Ad');
    const reset = { side: 1, flags: RST, seq: 50 } as const;
    expect(await historyOf([...handshake, reset, { side: 0, ack: 50 }])).toBe('ShAr');
  });
});

describe('closed windows', () => {
  test('count from the first segment on', async () => {
    const zero = { side: 1, window: 0 } as const;
    expect(await historyOf([...handshake, zero])).toBe('ShAaw');
    expect(await historyOf([...handshake, ...times(9, zero)])).toBe('ShAaw');
    expect(await historyOf([...handshake, ...times(10, zero)])).toBe('ShAaww');
    expect(await historyOf([{ side: 0, flags: SYN, seq: 0, ack: 0, window: 0 }])).toBe('SW');
  });

  test('mean nothing in a RST, or once the peer sends no more', async () => {
    expect(await historyOf([...handshake, { side: 1, flags: RST, window: 0 }])).toBe('ShAr');
    const fin = { side: 0, flags: FIN | ACK } as const;
    expect(await historyOf([...handshake, fin, { side: 1, ack: 2, window: 0 }])).toBe('ShAFa');
  });
});

describe('FIN and RST', () => {
  const fin = (seq: number): Segment => ({ side: 0, flags: FIN | ACK, seq });
  const rst = (seq: number): Segment => ({ side: 1, flags: RST, seq });

  test('get a letter for each sequence number in a row', async () => {
    expect(await historyOf([...handshake, fin(1), fin(1), fin(1)])).toBe('ShAF');
    expect(await historyOf([...handshake, fin(1), { ...fin(1), length: 5 }])).toBe('ShAFF');
    expect(await historyOf([...handshake, rst(1), rst(1), rst(2), rst(2), rst(1)])).toBe('ShArrr');
  });

  test('of an originator that got no answer', async () => {
    const syn = { side: 0, flags: SYN, seq: 0, ack: 0 } as const;
    const reset = { side: 0, flags: RST } as const;
    expect((await rowOf([syn, reset])).connState).toBe('RSTOS0');
    expect((await rowOf([reset])).connState).toBe('OTH');
    expect(await rowOf([syn, { side: 0 }, reset])).toMatchObject({ connState: 'OTH', history: 'SAR' });
  });
});

describe('the originator of a flow without its start', () => {
  const packet = (ports: readonly [number, number], to = '10.0.0.2') => ({ from: '10.0.0.1', to, ports, payload: 'x' });

  test.each([
    [[53, 1024], '10.0.0.2', '^d'],
    [[1024, 53], '10.0.0.2', 'D'],
    [[53, 123], '10.0.0.2', 'D'],
    [[67, 68], '255.255.255.255', 'D'],
    [[80, 1024], '10.0.0.2', 'D'],
  ] as const)('UDP %j to %s: %s', async (ports, to, history) => {
    expect((await rowsOf([udp(packet(ports, to))]))[0]!.history).toBe(history);
  });

  test.each([
    [[80, 1024], ACK, '^d'],
    [[1024, 80], ACK, 'D'],
    [[22, 80], ACK, '^d'],
    [[80, 22], ACK, 'D'],
    [[1024, 1025], SYN | ACK, '^h'],
    [[67, 68], ACK, 'D'],
  ] as const)('TCP %j with flags %i: %s', async (ports, flags, history) => {
    const segment = tcp({ ...packet(ports), flags, payload: history.includes('h') ? '' : 'x' });
    expect((await rowsOf([segment]))[0]!.history).toBe(history);
  });
});

/** Payload comes in pieces of this many bytes, ten of them: no more ranges fit beyond a hole than are remembered. */
const PIECE = 3;
const PIECES = 10;

interface Piece {
  readonly side: 0 | 1;
  readonly first: number;
  readonly count: number;
  readonly acked: number;
  readonly open: boolean;
}

const pieces: fc.Arbitrary<Piece[]> = fc.array(
  fc
    .record({
      side: fc.constantFrom<0 | 1>(0, 1),
      first: fc.nat(PIECES - 1),
      count: fc.nat(2),
      // Mostly little is acknowledged, so that there are holes to fill.
      acked: fc.oneof({ weight: 12, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(PIECES) }),
      open: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    })
    .map((piece) => ({ ...piece, count: Math.min(piece.count, PIECES - piece.first) })),
  { minLength: 10, maxLength: 60, size: 'max' },
);

const segmentOf = ({ side, first, count, acked, open }: Piece): Segment => ({
  side,
  seq: 1 + first * PIECE,
  ack: 1 + acked * PIECE,
  length: count * PIECE,
  window: open ? 9 : 0,
});

/** The same rules on sets of pieces, without any memory to spare. */
class Model {
  history = 'ShAa';
  readonly #ends = [0, 1].map(() => ({ last: 0, delivered: 0, seen: new Set<number>() }));
  readonly #counts = new Map<string, number>();

  add({ side, first, count, acked, open }: Piece): void {
    const [mine, peer] = [this.#ends[side]!, this.#ends[side ^ 1]!];
    const letter = count > 0 ? 'd' : 'a';
    if (!this.history.includes(cased(letter, side))) this.history += cased(letter, side);
    if (!open) this.#count(cased('w', side));
    if (first + count > mine.last) mine.last = first + count;
    else if (count > 0) this.#count(cased('t', side));
    for (let i = first; i < first + count; i++) mine.seen.add(i);
    this.#advance(mine);
    for (let i = peer.delivered; i < acked; i++) {
      if (!peer.seen.has(i) && (i === peer.delivered || peer.seen.has(i - 1))) this.#count(cased('g', side ^ 1));
    }
    for (let i = 0; i < acked; i++) peer.seen.add(i);
    this.#advance(peer);
  }

  #advance(end: { delivered: number; seen: Set<number> }): void {
    while (end.seen.has(end.delivered)) end.delivered++;
  }

  #count(letter: string): void {
    const n = (this.#counts.get(letter) ?? 0) + 1;
    this.#counts.set(letter, n);
    if (n === 1 || n === 10) this.history += letter;
  }
}

const cased = (letter: string, side: number): string => (side === 0 ? letter.toUpperCase() : letter);

test('retransmissions, gaps and windows of any conversation are those of a plain model', async () => {
  await fc.assert(
    fc.asyncProperty(pieces, async (list) => {
      const model = new Model();
      for (const piece of list) model.add(piece);
      expect(await historyBeyond(list.map(segmentOf))).toBe(model.history);
    }),
    { numRuns: 300 },
  );
});
