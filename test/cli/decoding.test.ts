/** What `analyze` decodes beside what `http` decodes: the same findings and counts, on every capture with HTTP. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { GatheredTransactions } from '../../src/app/http/gathered.ts';
import { Http2 } from '../../src/app/http2/http2.ts';
import { KeyLog } from '../../src/app/tls/key-log.ts';
import { Decoding } from '../../src/decoding.ts';
import { HttpRun } from '../../src/cli/http-run.ts';
import { decodedFindings } from '../../src/detect/decoded.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { detectHttp } from '../../src/detect/http/index.ts';
import { inOrder, sitesOf } from '../../src/detect/sites.ts';
import { ROOT, run } from '../support/command.ts';

/** Whether it was asked again needs every request: memory would follow the capture, so only `http` judges it. */
const ONLY_HTTP = 'http-redundant-request';

interface Seen {
  readonly findings: readonly string[];
  readonly requests: number;
  readonly responses: number;
}

const said = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ id }) => id.startsWith('http-') && id !== ONLY_HTTP)
    .map(({ id, summary }) => `${id} ${summary}`)
    .toSorted();

async function byAnalyze(path: string): Promise<Seen> {
  const decoding = new Decoding();
  const { facts } = await analyze([path], { observer: decoding.observer, onOpen: decoding.onOpen });
  decoding.finish(facts);
  const { requests, responses } = facts.http!.totals;
  return { findings: said(decodedFindings(facts)), requests, responses };
}

async function byHttp(path: string): Promise<Seen> {
  const gathered = new GatheredTransactions();
  const http = new HttpRun({ log: new KeyLog(), rsa: [] }, (id) => ({
    closed: (transaction) => gathered.add(id, transaction),
    ended: (side, at) => gathered.end(id, side, at),
    http2: (client, upgraded, events) => new Http2(client, events, upgraded),
  }));
  const { facts } = await analyze([path], { observer: http.tap, onOpen: http.onOpen });
  http.finish();
  const found = inOrder(facts.connections, gathered.connections());
  const all = found.flatMap(({ transactions }) => transactions);
  return {
    findings: said(detectHttp(sitesOf(facts.connections, found), new Set())),
    requests: all.filter(({ request }) => request !== null).length,
    responses: all.filter(({ response }) => response !== null).length,
  };
}

/** HTTP that does not begin with the first payload of its connection: only `http` looks for it. */
const apart: Readonly<Record<string, Omit<Seen, 'findings'>>> = {
  'arkime__socks-http-example.pcap': { requests: 2, responses: 2 },
  'mercury__emix.pcap': { requests: 3, responses: 3 },
};

const shared = join(ROOT, '../shared/captures');
const own = join(ROOT, 'fixtures');
const captures = (folder: string, subfolders: readonly string[]): [name: string, path: string][] =>
  subfolders
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => [name, join(path, name)] as [string, string]))
    .filter(([name]) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(name));

describe.each([
  ['our recordings', captures(own, ['http', 'first-look', 'tls', 'messages'])],
  ['shared captures', captures(shared, [''])],
])('%s', (_, list) => {
  test.runIf(list.length > 0)('the same as by http', { timeout: 300_000 }, async () => {
    let transactions = 0;
    for (const [name, path] of list) {
      const theirs = await byHttp(path).catch((error: Error) => error.name);
      if (theirs === 'CaptureError') continue;
      const ours = await byAnalyze(path);
      expect({ name, ...ours }).toEqual({ name, ...(theirs as Seen), ...apart[name] });
      transactions += ours.requests;
    }
    expect(transactions).toBeGreaterThan(50);
  });
});

test('analyze tells it, and --no-decode does not', async () => {
  const site = `${ROOT}/fixtures/first-look/site.pcap`;
  const { applications } = JSON.parse((await run(`synoptic ${site} --json`)).out) as { applications: object };
  expect(applications).toMatchObject({
    http: { requests: 20, responses: 20, byStatusClass: { '2xx': 16, '3xx': 1, '4xx': 2, '5xx': 1 } },
    tls: {
      handshakes: 4,
      complete: 3,
      versions: [
        { version: 'TLS 1.2', handshakes: 1 },
        { version: 'TLS 1.3', handshakes: 3 },
      ],
    },
    ssh: { sessions: 0 },
    dns: { queries: 19, answered: 19 },
  });
  const without = JSON.parse((await run(`synoptic ${site} --json --no-decode`)).out) as object;
  expect(without).toMatchObject({ applications: null });
  expect((await run(`synoptic findings ${site} --id tls-handshake-failed`)).out).toContain('unknown_ca');
  expect((await run(`synoptic findings ${site} --id tls-handshake-failed --no-decode`)).out).not.toContain(
    'unknown_ca',
  );
});

test('secrets in the capture open what is inside TLS', async () => {
  const { facts } = await (async () => {
    const decoding = new Decoding();
    const path = join(shared, 'mercury__test_decrypt_dsb.pcapng');
    if (!existsSync(path)) return { facts: null };
    const analysis = await analyze([path], { observer: decoding.observer, onOpen: decoding.onOpen });
    decoding.finish(analysis.facts);
    return analysis;
  })();
  if (facts !== null) expect(facts.http!.totals).toMatchObject({ requests: 19, responses: 19 });
});
