/** Bytes of all streams of ../shared/captures against tshark's `follow tcp`, by SHA-256 of each direction. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import type { StreamSink } from '../../src/stream/segment.ts';
import { StreamTap } from '../../src/stream/tap.ts';
import { differences } from './differences.ts';

const captures = join(import.meta.dirname, '../../../shared/captures');

/** tcp.stream, sender of the first frame, bytes and SHA-256 of what it sent, the same of its peer, gaps that tshark tells. */
type FollowRow = [number, string, number, string, number, string, number];

interface Truth {
  readonly file: string;
  readonly follow: { readonly rows: readonly FollowRow[] };
}

const truths: Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Partial<Truth> & { file: string })
      .filter((truth): truth is Truth => (truth.follow?.rows.length ?? 0) > 0)
  : [];

interface Sum extends StreamSink {
  readonly bytes: [number, number];
  readonly hashes: readonly [() => string, () => string];
  gaps: number;
}

/** Adds up what a stream tells. */
function sum(): Sum {
  const hashes = [createHash('sha256'), createHash('sha256')] as const;
  return {
    bytes: [0, 0],
    hashes: [() => hashes[0].digest('hex'), () => hashes[1].digest('hex')],
    gaps: 0,
    data(side, bytes) {
      this.bytes[side] += bytes.length;
      hashes[side].update(bytes);
    },
    gap() {
      this.gaps++;
    },
    end: () => undefined,
  };
}

async function streamsOf(file: string): Promise<{ analysis: Analysis; sums: Map<number, Sum> }> {
  const sums = new Map<number, Sum>();
  const tap = new StreamTap((_, id) => {
    const each = sum();
    sums.set(id, each);
    return each;
  }, 'linux');
  const analysis = await analyze([join(captures, file)], { observer: tap });
  tap.finish();
  return { analysis, sums };
}

/** `1234:abcdef...` for each direction, the sender of the first frame first. */
const text = (bytes: number, hash: string): string => `${bytes}:${hash.slice(0, 16)}`;

/** tcp.stream of those that are not as tshark has them, with both versions. */
async function compare(truth: Truth): Promise<Map<number, string>> {
  const { analysis, sums } = await streamsOf(truth.file);
  const c = analysis.facts.connections;
  const indexes = c.indexes();
  const idOf = new Map<number, number>();
  for (let id = 0; id < c.count; id++) if (!c.isUdp(id)) idOf.set(indexes[id]!, id);
  const found = new Map<number, string>();
  for (const [index, node0, bytesA, hashA, bytesB, hashB, gaps] of truth.follow.rows) {
    const id = idOf.get(index);
    const own = id === undefined ? undefined : sums.get(id);
    if (id === undefined || own === undefined) {
      found.set(index, 'no such connection');
      continue;
    }
    const first = endpoint(c.address(id, 0), c.port(id, 0)) === node0 ? 0 : 1;
    const ours = [first, 1 - first].map((side) => text(own.bytes[side]!, own.hashes[side]!()));
    const theirs = [text(bytesA, hashA), text(bytesB, hashB)];
    if (ours.join() !== theirs.join()) {
      found.set(index, `${ours.join(' ')} (${own.gaps} gaps) instead of ${theirs.join(' ')} (${gaps} gaps)`);
    }
  }
  return found;
}

const endpoint = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

describe.skipIf(truths.length === 0)(`streams of ${captures}${truths.length === 0 ? ' (ABSENT, skipped)' : ''}`, () => {
  test.each(truths)('$file', async (truth) => {
    const found = await compare(truth);
    const known = differences.filter(({ file }) => file === truth.file);
    const listed = known.flatMap(({ streams }) => streams);
    const unlisted = [...found].filter(([index]) => !listed.includes(index));
    expect(unlisted, unlisted.map(([index, what]) => `tcp:${index}: ${what}`).join('\n')).toEqual([]);
    for (const index of listed) expect(found.has(index), `tcp:${index}: this difference no longer occurs`).toBe(true);
  });

  test('every file with a listed difference exists', () => {
    const files = new Set(truths.map(({ file }) => file));
    expect(differences.filter(({ file }) => !files.has(file))).toEqual([]);
  });
});
