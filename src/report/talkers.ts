/**
 * Who talked most: pairs of hosts and the responder's port, by bytes. In bounded memory: connections are first summed
 * into two sets of buckets by a hash of the pair; only pairs whose buckets are both heavy are then summed one by one.
 * A pair that outweighs the lightest heavy bucket cannot be missed, and the sums that are given are exact.
 */
import type { Connections } from '../flow/connections.ts';
import { Meta, WORDS, Word } from '../flow/records.ts';
import type { Talker } from './model.ts';

const BUCKETS = 65_536;
/** Pairs that are summed one by one. */
const MAX_PAIRS = 65_536;
/** Pairs that are found without their key; collisions cost the look-up that it would have saved. */
const RECENT = 256;
/** Buckets that are looked into when there are more connections than that. */
const HEAVY_BUCKETS = 512;

export function topTalkers(connections: Connections, limit: number, maxPairs: number = MAX_PAIRS): Talker[] {
  const hashes = hashesOf(connections);
  const isHeavy = connections.count <= maxPairs ? () => true : heavyPairs(connections, hashes);
  const pairs = new Map<string, Pair>();
  const recent: (Pair | undefined)[] = Array.from({ length: RECENT });
  for (let id = 0; id < connections.count; id++) {
    const hash = hashes[id]!;
    if (!isHeavy(hash) || !connections.isCounted(id)) continue;
    const place = hash & (RECENT - 1);
    let pair = recent[place];
    if (pair === undefined || !isSamePair(connections, pair.id, id)) {
      const key = pairKey(connections, id);
      pair = pairs.get(key);
      if (pair === undefined) {
        if (pairs.size >= maxPairs) continue;
        pairs.set(key, (pair = { id, connections: 0, frames: 0, wireBytes: 0 }));
      }
      recent[place] = pair;
    }
    pair.connections++;
    pair.frames += connections.frames(id, 0) + connections.frames(id, 1);
    pair.wireBytes += bytesOf(connections, id);
  }
  return [...pairs.values()]
    .toSorted((a, b) => b.wireBytes - a.wireBytes || a.id - b.id)
    .slice(0, limit)
    .map((pair) => talker(connections, pair));
}

interface Pair {
  /** Its first connection. */
  readonly id: number;
  connections: number;
  frames: number;
  wireBytes: number;
}

function talker(c: Connections, pair: Pair): Talker {
  return {
    transport: c.isUdp(pair.id) ? 'udp' : 'tcp',
    originator: { address: c.address(pair.id, 0) },
    responder: { address: c.address(pair.id, 1), port: c.port(pair.id, 1) },
    connections: pair.connections,
    frames: pair.frames,
    wireBytes: pair.wireBytes,
  };
}

const bytesOf = (c: Connections, id: number): number => c.wireBytes(id, 0) + c.wireBytes(id, 1);

function isSamePair(c: Connections, one: number, other: number): boolean {
  return (
    c.word(one, Word.addressA) === c.word(other, Word.addressA) &&
    c.word(one, Word.addressB) === c.word(other, Word.addressB) &&
    c.port(one, 1) === c.port(other, 1) &&
    ((c.word(one, Word.meta) ^ c.word(other, Word.meta)) & (Meta.udp | Meta.ipv6)) === 0
  );
}

function pairKey(c: Connections, id: number): string {
  const kind = c.word(id, Word.meta) & (Meta.udp | Meta.ipv6);
  return `${kind} ${c.word(id, Word.addressA)} ${c.word(id, Word.addressB)} ${c.port(id, 1)}`;
}

/** One for each record. Not seeded: a sender who makes pairs collide makes the table less sharp, nothing else. */
function hashesOf(c: Connections): Int32Array {
  const hashes = new Int32Array(c.count);
  const w = c.words;
  for (let id = 0, at = 0; id < hashes.length; id++, at += WORDS) {
    let h = Math.imul(w[at + Word.addressA]!, 0x9e3779b1) ^ (w[at + Word.meta]! & (Meta.udp | Meta.ipv6));
    h = Math.imul(h ^ (h >>> 15) ^ w[at + Word.addressB]!, 0x85ebca77);
    h = Math.imul(h ^ (h >>> 13) ^ (w[at + Word.ports]! & 0xffff), 0xc2b2ae3d);
    hashes[id] = h ^ (h >>> 16);
  }
  return hashes;
}

const bucketA = (hash: number): number => hash & (BUCKETS - 1);
const bucketB = (hash: number): number => hash >>> 16;

/**
 * Two sets, because a flood leaves something in every bucket: of ten million small pairs 78,000 share a heavy bucket
 * of one set, which would crowd out the heavy pairs, but 600 share one of both.
 */
function heavyPairs(c: Connections, hashes: Int32Array): (hash: number) => boolean {
  const a = new Float64Array(BUCKETS);
  const b = new Float64Array(BUCKETS);
  const w = c.words;
  for (let id = 0, at = 0; id < hashes.length; id++, at += WORDS) {
    if (w[at + Word.firstFrame] === 0) continue;
    const hash = hashes[id]!;
    const isEmbryonic = w[at + Word.full] === 0;
    const bytes = isEmbryonic ? (w[at + Word.wireA]! >>> 0) + (w[at + Word.wireA + 1]! >>> 0) : bytesOf(c, id);
    a[bucketA(hash)]! += bytes;
    b[bucketB(hash)]! += bytes;
  }
  const heavyA = a.toSorted()[BUCKETS - HEAVY_BUCKETS]!;
  const heavyB = b.toSorted()[BUCKETS - HEAVY_BUCKETS]!;
  return (hash) => a[bucketA(hash)]! >= heavyA && b[bucketB(hash)]! >= heavyB;
}
