/** Handshakes of all captures in ../shared/captures against tshark: hellos, fingerprints, certificates, alerts. */
import { describe, expect, test } from 'vitest';
import type { Handshake } from '../../../src/app/tls/handshake.ts';
import { hex4 } from '../../../src/app/tls/suites.ts';
import { differences } from './differences.ts';
import { type StreamTruth, type Truth, captures, handshakesOf, truths } from './truth.ts';

/** One line for everything that is the same in both, so that a difference can be read. */
const lines = (facts: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${String(value)}`);

/** tshark of 4.0 reads no cipher suites of hellos in the form of SSL 2.0, and makes no fingerprint of them. */
function theirs({ ch = [], sh = [], certs = [], alerts = [] }: StreamTruth, isOld: boolean): string[] {
  const [client] = ch;
  const server = sh.findLast(({ cipher }) => cipher !== undefined && cipher !== null);
  return lines({
    clientFrame: client?.f,
    serverName: client && (client.sni ?? null),
    clientVersion: client?.v,
    suites: isOld ? undefined : client?.nciph,
    offeredAlpn: client && (client.alpn ?? []).join(),
    offeredVersions: client && (client.sv ?? []).join(),
    ja3: client?.ja3 ?? undefined,
    version: server?.v,
    cipher: server?.cipher,
    ja3s: server?.ja3s ?? undefined,
    alpn: server && (server.alpn?.[0] ?? null),
    certificatesA: chain(certs.findLast(({ from }) => from === 'A')?.chain),
    certificatesB: chain(certs.findLast(({ from }) => from === 'B')?.chain),
    alerts: alerts.filter(([, , description]) => description !== null).map(([frame, , id]) => `${frame}:${id}`),
  });
}

const chain = (list: readonly { readonly sha256: string }[] = []): string => list.map(({ sha256 }) => sha256).join();

/** `a`: our side of tshark's A. */
function ours(h: Handshake, truth: StreamTruth, a: 0 | 1, isOld: boolean): string[] {
  const [first] = truth.ch ?? [];
  const server = (truth.sh ?? []).findLast(({ cipher }) => cipher !== undefined && cipher !== null);
  const c = first === undefined ? null : h.clientHello;
  const s = server === undefined ? null : h.serverHello;
  return lines({
    clientFrame: c && h.steps.find(({ message }) => message === 'ClientHello')!.frame,
    serverName: c?.serverName,
    clientVersion: c && hex4(c.version),
    suites: isOld ? undefined : c?.suites.length,
    offeredAlpn: c?.alpn.join(),
    offeredVersions: c?.versions.map(hex4).join(),
    ja3: first?.ja3 === undefined || first.ja3 === null ? undefined : h.ja3,
    version: s && hex4(s.version),
    cipher: s && hex4(s.suite),
    ja3s: server?.ja3s === undefined || server.ja3s === null ? undefined : h.ja3s,
    alpn: s === null ? undefined : h.alpn,
    certificatesA: chain(h.certificates[a]),
    certificatesB: chain(h.certificates[a === 0 ? 1 : 0]),
    alerts: h.alerts
      .filter(({ description }) => description !== null)
      .map((each) => `${each.frame}:${each.description}`),
  });
}

/** Streams that differ, by number, with what differs. */
async function compare(truth: Truth): Promise<Map<number, string>> {
  const found = await handshakesOf(truth);
  const all: Record<string, StreamTruth> = { ...truth.tls, ...truth.ooo?.tls };
  const different = new Map<number, string>();
  for (const [key, stream] of Object.entries(all)) {
    if (!/^\d+$/.test(key) || (stream.ch === undefined && stream.sh === undefined)) continue;
    const own = found.get(Number(key));
    if (own === undefined) {
      different.set(Number(key), 'no handshake');
      continue;
    }
    const isOld = own.handshake.clientHello?.ssl2 === true;
    const want = theirs(stream, isOld);
    const have = ours(own.handshake, stream, own.sideOfFirstFrame, isOld).filter(
      (line) => !line.endsWith(' null') || want.includes(line),
    );
    const text = want.filter((line) => !have.includes(line)).join('; ');
    if (text !== '') different.set(Number(key), `${text} is not among ${have.join('; ')}`);
  }
  for (const key of found.keys()) {
    const stream = all[String(key)];
    if (stream?.ch === undefined && stream?.sh === undefined)
      different.set(key, 'a handshake that tshark does not see');
  }
  return different;
}

describe.skipIf(truths.length === 0)(`TLS of ${captures}${truths.length === 0 ? ' (ABSENT, skipped)' : ''}`, () => {
  test.each(truths)('$file', async (truth) => {
    const found = await compare(truth);
    const known = differences.filter(({ file }) => file === truth.file).flatMap(({ streams }) => streams);
    const unlisted = [...found].filter(([index]) => !known.includes(index));
    expect(unlisted.map(([index, what]) => `tcp:${index}: ${what}`).join('\n')).toBe('');
    for (const index of known) expect(found.has(index), `tcp:${index}: this difference no longer occurs`).toBe(true);
  });

  test('there is enough to compare, and every file with a listed difference exists', () => {
    const streams = truths.flatMap(({ tls }) => Object.values(tls));
    expect(streams.filter(({ ch }) => ch !== undefined).length).toBeGreaterThan(250);
    const files = new Set(truths.map(({ file }) => file));
    expect(differences.filter(({ file }) => !files.has(file))).toEqual([]);
  });
});
