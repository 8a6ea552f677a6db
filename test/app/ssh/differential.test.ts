/** SSH of all captures in ../shared/captures against tshark: banners, name-lists, HASSH, what was chosen, host keys. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { type KexInit, type ListName, hassh } from '../../../src/app/ssh/kexinit.ts';
import { SshConnections } from '../../../src/app/ssh/run.ts';
import type { Session } from '../../../src/app/ssh/session.ts';
import { StreamTap } from '../../../src/stream/tap.ts';
import { differences } from './differences.ts';

const captures = join(import.meta.dirname, '../../../../shared/captures');

type End = 'A' | 'B';

interface KexTruth {
  readonly f: number;
  readonly hassh?: string;
  readonly hasshserver?: string;
  readonly lists: Readonly<Record<string, string>>;
}

interface StreamTruth {
  readonly banner?: Partial<Record<End, [frame: number, text: string]>>;
  readonly kexinit?: Partial<Record<End, KexTruth>>;
  readonly chosen?: Readonly<Record<string, string | null>>;
  readonly hostkey?: readonly [frame: number, type: string][];
}

interface Truth {
  readonly file: string;
  readonly ssh: Readonly<Record<string, StreamTruth>>;
  readonly ooo?: { readonly ssh?: Readonly<Record<string, StreamTruth>> };
  readonly streams: { readonly rows: readonly (readonly [index: number, a: string])[] };
}

const truths: Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Partial<Truth> & { file: string })
      .filter((truth): truth is Truth => truth.ssh !== undefined)
  : [];

/** tshark's names of the lists, and ours. */
const lists: Readonly<Record<string, ListName>> = {
  kex: 'kex',
  hk: 'hostKey',
  enc_cs: 'cipherToServer',
  enc_sc: 'cipherToClient',
  mac_cs: 'macToServer',
  mac_sc: 'macToClient',
  comp: 'compressionToServer',
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** tshark 4.0 tells a HASSH for the client's message and a HASSHServer for the server's. */
function kexLines(kexInit: KexInit | null, truth: KexTruth | undefined, end: End): string[] {
  if (kexInit === null || truth === undefined) return [];
  return [
    ...Object.entries(lists).map(([key, name]) => `${end} ${key} ${digest(kexInit.texts[name])}`),
    ...(truth.hassh === undefined ? [] : [`${end} hassh ${hassh(kexInit, false)}`]),
    ...(truth.hasshserver === undefined ? [] : [`${end} hasshserver ${hassh(kexInit, true)}`]),
  ];
}

function theirs({ banner = {}, kexinit = {}, chosen = {}, hostkey = [] }: StreamTruth): string[] {
  const lines: string[] = [];
  for (const end of ['A', 'B'] as const) {
    if (banner[end] !== undefined) lines.push(`${end} ${banner[end].join(' ')}`);
    const each = kexinit[end];
    if (each === undefined) continue;
    for (const key of Object.keys(lists)) lines.push(`${end} ${key} ${each.lists[key]}`);
    if (each.hassh !== undefined) lines.push(`${end} hassh ${each.hassh}`);
    if (each.hasshserver !== undefined) lines.push(`${end} hasshserver ${each.hasshserver}`);
  }
  for (const [key, name] of Object.entries(chosen)) lines.push(`chosen ${key} ${name ?? 'nothing'}`);
  for (const [, type] of hostkey) lines.push(`host key ${type}`);
  return lines;
}

function ours(session: Session, truth: StreamTruth, a: 0 | 1): string[] {
  const sides = { A: a, B: a === 0 ? 1 : 0 } as const;
  const { algorithms } = session;
  const lines: string[] = [];
  for (const end of ['A', 'B'] as const) {
    const side = sides[end];
    const frame = session.steps.find((step) => step.side === side && step.message === 'identification')?.frame;
    const banner = session.banners[side];
    if (banner !== null) lines.push(`${end} ${frame} ${banner}`);
    lines.push(...kexLines(session.kexInits[side]!, truth.kexinit?.[end], end));
  }
  for (const [key, name] of algorithms === null ? [] : Object.entries(lists)) {
    const chosen = algorithms![name];
    lines.push(`chosen ${key} ${chosen === 'implicit' ? '(implicit)' : (chosen ?? 'nothing')}`);
  }
  if (session.hostKey !== null) lines.push(`host key ${session.hostKey.type}`);
  return lines;
}

async function compare(truth: Truth): Promise<Map<number, string>> {
  const run = new SshConnections();
  const tap = new StreamTap((_, id) => run.conversation(id), 'linux');
  const analysis = await analyze([join(captures, truth.file)], { observer: tap });
  tap.finish();
  const { connections: c } = analysis.facts;
  const indexes = c.indexes();
  const found = new Map(run.found.map((each) => [indexes[each.id]!, each]));
  const senders = new Map(truth.streams.rows.map(([index, a]) => [index, a]));
  const different = new Map<number, string>();
  for (const [key, stream] of Object.entries({ ...truth.ssh, ...truth.ooo?.ssh })) {
    const want = theirs(stream);
    const own = found.get(Number(key));
    if (want.length === 0) continue;
    if (own === undefined) {
      different.set(Number(key), 'no session');
      continue;
    }
    const isOriginator = `${c.address(own.id, 0)} ${c.port(own.id, 0)}` === senders.get(Number(key));
    const have = ours(own.session, stream, isOriginator ? 0 : 1);
    const missing = want.filter((line) => !have.includes(line));
    if (missing.length > 0) different.set(Number(key), `${missing.join('; ')} is not among ${have.join('; ')}`);
  }
  for (const key of found.keys())
    if (truth.ssh[String(key)] === undefined) different.set(key, 'a session that tshark does not see');
  return different;
}

describe.skipIf(truths.length === 0)(`SSH of ${captures}${truths.length === 0 ? ' (ABSENT, skipped)' : ''}`, () => {
  test.each(truths)('$file', async (truth) => {
    const found = await compare(truth);
    const known = differences.filter(({ file }) => file === truth.file).flatMap(({ streams }) => streams);
    const unlisted = [...found].filter(([index]) => !known.includes(index));
    expect(unlisted.map(([index, what]) => `tcp:${index}: ${what}`).join('\n')).toBe('');
    for (const index of known) expect(found.has(index), `tcp:${index}: this difference no longer occurs`).toBe(true);
  });

  test('there is enough to compare, and every file with a listed difference exists', () => {
    const streams = truths.flatMap(({ ssh }) => Object.values(ssh));
    expect(streams.filter(({ kexinit }) => kexinit?.A !== undefined && kexinit.B !== undefined).length).toBeGreaterThan(
      20,
    );
    const files = new Set(truths.map(({ file }) => file));
    expect(differences.filter(({ file }) => !files.has(file))).toEqual([]);
  });
});
