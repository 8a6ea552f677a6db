import { describe, expect, test } from 'vitest';
import type { Connections } from '../../src/flow/connections.ts';
import { Meta, WORDS, Word } from '../../src/flow/records.ts';
import type { Talker } from '../../src/report/model.ts';
import { topTalkers } from '../../src/report/talkers.ts';
import { FIRST_LOOK, analysisOf } from './fixtures.ts';

/** A connection of one frame from each end, or of none that counts. */
interface Row {
  readonly a: number;
  readonly b: number;
  readonly port: number;
  readonly bytes: number;
  readonly udp?: boolean;
  readonly counted?: boolean;
}

/** Just what `topTalkers` asks of the connection table, for rows that are made when asked for. */
function table(count: number, rowOf: (id: number) => Row): Connections {
  const word = (id: number, which: number): number => {
    const row = rowOf(id);
    if (which === Word.addressA) return row.a;
    if (which === Word.addressB) return row.b;
    if (which === Word.meta) return row.udp === true ? Meta.udp : 0;
    throw new Error(`word ${which}`);
  };
  // Embryonic records, as the connection table keeps them.
  const words = new Int32Array(count * WORDS);
  for (let id = 0, at = 0; id < count; id++, at += WORDS) {
    const row = rowOf(id);
    words[at + Word.addressA] = row.a;
    words[at + Word.addressB] = row.b;
    words[at + Word.ports] = row.port;
    words[at + Word.meta] = row.udp === true ? Meta.udp : 0;
    words[at + Word.firstFrame] = row.counted === false ? 0 : 1;
    words[at + Word.wireA] = row.bytes;
    words[at + Word.wireA + 1] = 10;
  }
  return {
    count,
    words,
    word,
    isCounted: (id: number) => rowOf(id).counted !== false,
    isUdp: (id: number) => rowOf(id).udp === true,
    port: (id: number, side: number) => (side === 0 ? 1024 + (id & 0x7fff) : rowOf(id).port),
    address: (id: number, side: number) => String(side === 0 ? rowOf(id).a : rowOf(id).b),
    frames: () => 1,
    wireBytes: (id: number, side: number) => (side === 0 ? rowOf(id).bytes : 10),
  } as Partial<Connections> as Connections;
}

const nameOf = (t: Talker): string =>
  `${t.transport} ${t.originator.address} ${t.responder.address} ${t.responder.port}`;

/** Every pair in a map, without any cleverness. */
function naive(c: Connections, limit: number): Talker[] {
  const pairs = new Map<string, Talker>();
  for (let id = 0; id < c.count; id++) {
    if (!c.isCounted(id)) continue;
    const one: Talker = {
      transport: c.isUdp(id) ? 'udp' : 'tcp',
      originator: { address: c.address(id, 0) },
      responder: { address: c.address(id, 1), port: c.port(id, 1) },
      connections: 0,
      frames: 0,
      wireBytes: 0,
    };
    const pair = pairs.get(nameOf(one)) ?? one;
    pairs.set(nameOf(one), pair);
    pair.connections++;
    pair.frames += c.frames(id, 0) + c.frames(id, 1);
    pair.wireBytes += c.wireBytes(id, 0) + c.wireBytes(id, 1);
  }
  // A map keeps the order of the first connection, and the sort keeps it among equals.
  return [...pairs.values()].toSorted((x, y) => y.wireBytes - x.wireBytes).slice(0, limit);
}

/** A number from 0 up to `below`, the same for the same seed. */
function scrambled(seed: number, below: number): number {
  let h = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
  return ((h ^ (h >>> 13)) >>> 0) % below;
}

test('what makes a pair: both hosts, the port of the responder, the transport', () => {
  const rows: Row[] = [
    { a: 1, b: 2, port: 80, bytes: 100 },
    { a: 1, b: 2, port: 80, bytes: 50 },
    { a: 1, b: 2, port: 81, bytes: 60 },
    { a: 2, b: 1, port: 80, bytes: 70 },
    { a: 1, b: 2, port: 80, bytes: 80, udp: true },
    { a: 9, b: 9, port: 9, bytes: 99_999, counted: false },
  ];
  const talkers = topTalkers(
    table(rows.length, (id) => rows[id]!),
    10,
  );
  expect(talkers.map((t) => [nameOf(t), t.connections, t.frames, t.wireBytes])).toEqual([
    ['tcp 1 2 80', 2, 4, 170],
    ['udp 1 2 80', 1, 2, 90],
    ['tcp 2 1 80', 1, 2, 80],
    ['tcp 1 2 81', 1, 2, 70],
  ]);
});

test('among equals the first one seen comes first; the list ends at the limit', () => {
  const c = table(50, (id) => ({ a: id, b: 7, port: 80, bytes: 100 }));
  expect(topTalkers(c, 3).map((t) => t.originator.address)).toEqual(['0', '1', '2']);
});

describe('against a naive sum', () => {
  test.each([10, 5000, 65_536, 65_537, 200_000])('%i connections of 5,000 pairs', (count) => {
    const c = table(count, (id) => {
      const pair = scrambled(id, 5000);
      const size = 1 + scrambled(pair, 1000);
      return { a: pair, b: pair % 7, port: 80 + (pair % 3), bytes: size * size, udp: pair % 5 === 0 };
    });
    expect(topTalkers(c, 100)).toEqual(naive(c, 100));
  });

  test('a flood of 300,000 sources around 150 pairs that do talk, which come last', () => {
    const flood = 300_000;
    const c = table(flood + 600, (id) =>
      id < flood
        ? { a: scrambled(id, 2 ** 31), b: 7, port: 80, bytes: 60 }
        : { a: id % 150, b: 8, port: 443, bytes: 5000 + id },
    );
    expect(topTalkers(c, 100)).toEqual(naive(c, 100));
  });

  test('the fixture of the first look', async () => {
    const { connections } = (await analysisOf(FIRST_LOOK)).facts;
    expect(topTalkers(connections, 100)).toEqual(naive(connections, 100));
  });
});

test('the pairs of a flood do not crowd out a pair that comes after them', () => {
  // One set of buckets would let through more pairs of the flood than are summed one by one.
  const flood = 200_000;
  const c = table(flood + 1, (id) => ({
    a: id,
    b: id < flood ? 7 : 8,
    port: 80,
    bytes: id < flood ? 60 : 1_000_000,
  }));
  expect(nameOf(topTalkers(c, 100, 1000)[0]!)).toBe(`tcp ${flood} 8 80`);
});
