/** The accept queue of a server whose application stalls, held against what `ss` and `nstat` said of it. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { turnsOf } from '../../../src/detect/flood/application.ts';
import { victimsOf } from '../../../src/detect/flood/flood.ts';
import { HalfOpen } from '../../../src/detect/flood/half-open.ts';
import { Listener } from '../../../src/detect/flood/listener-model.ts';
import { defaults } from '../../../src/detect/flood/thresholds.ts';
import { type Frame, pcap } from '../../support/capture-bytes.ts';
import { ACK, SYN, tcp } from '../../support/conversations.ts';
import { type Kernel, capture, caseOf, folder, missedShare, slack, truthOf } from './truth.ts';

const recordings = readdirSync(folder).flatMap((file) => /^(.*)\.kernel\.json$/.exec(file)?.[1] ?? []);
const stalled = recordings.filter((name) => name.startsWith('stalled-'));
/** The one with a backlog of 64 has fewer dropped clients than anybody asks about of its own accord. */
const thresholds = { ...defaults, handshakes: 50 };
const waitingIn = ({ acceptQueue }: Kernel['samples'][number]): number => acceptQueue!;

describe.each(stalled)('%s', (name) => {
  test('the queue is the kernel’s, within two connections, shifted by at most 0.1 s, at 95 % of the samples', async () => {
    const { victim } = await caseOf(name, thresholds);
    const { entries } = victim.acceptance;
    const missed = (depth: (at: number) => number): number =>
      missedShare(victim, truthOf(name), waitingIn, depth, () => 2);
    expect(missed((at) => entries.depth(at))).toBeLessThanOrEqual(0.05);
    expect(missed((at) => entries.depth(at - 0.5))).toBeGreaterThan(0.05);
    expect(missed((at) => entries.depth(at) + 3)).toBeGreaterThan(0.05);
  });

  test('the half-open connections are the kernel’s as well, those with an ignored ACK among them', async () => {
    const { victim } = await caseOf(name, thresholds);
    const depth = (at: number): number => victim.queue.depth(at);
    expect(missedShare(victim, truthOf(name), ({ halfOpen }) => halfOpen, depth, slack)).toBeLessThanOrEqual(0.05);
  });

  test('it is told to be full, with one more than the backlog, and by which frames', async () => {
    const { victim, analysis } = await caseOf(name, thresholds);
    const { settings } = truthOf(name);
    const { overflowed, waiting, droppedSyns, frames } = victim.acceptance.told;
    expect([overflowed, waiting]).toEqual(['yes', settings.listenBacklog + 1]);
    expect(droppedSyns).toBeGreaterThan(20);
    expect(frames.length).toBeGreaterThan(20);
    const [row] = analysis.synfloodDocument(thresholds).victims;
    expect(Math.max(...row!.acceptQueue.map(({ depth }) => depth))).toBe(waiting);
    expect(row!.whatIf!.rows[0]!.settings.listenBacklog).toBe(settings.listenBacklog);
  });
});

test('ACKs of finished handshakes were ignored where the round trip left time for it', async () => {
  const { victim } = await caseOf('stalled-16');
  expect(victim.acceptance.told.ignoredAcks).toBeGreaterThan(0);
});

test.each(recordings)('%s: full exactly where the kernel counted overflows', async (name) => {
  const { victim } = await caseOf(name, name.startsWith('stalled-') ? thresholds : defaults);
  const isFull = truthOf(name).counters.ListenOverflows > 0;
  expect(victim.acceptance.told.overflowed).toBe(isFull ? 'yes' : 'unknown');
  if (!isFull) expect(victim.acceptance.told).toMatchObject({ waiting: 0, droppedSyns: 0, ignoredAcks: 0, why: [] });
});

test('a server that accepts nobody: listen() backlog 8, full with nine', async () => {
  const analysis = await analyze([capture('overload')]);
  const [victim] = victimsOf(analysis.facts);
  expect(victim?.acceptance.told).toMatchObject({ overflowed: 'yes', waiting: 9, droppedSyns: 191 });
  const rows = analysis.synfloodDocument().victims[0]!.whatIf!.rows;
  const served = Object.fromEntries(rows.map(({ remedy, enough }) => [remedy, enough]));
  expect(served).toMatchObject({ 'as-set': false, 'syn-cookies': false, 'larger-backlog': true });
});

function answersTo(listener: Listener, times: number[]): string[] {
  return times.map((at) => {
    const answer = listener.syn(at, false, false);
    if (answer !== 'dropped') listener.finish();
    return answer;
  });
}

describe('the model', () => {
  const settings = { listenBacklog: 4, maxSynBacklog: 128, synackRetries: 5, syncookies: true };
  test('one more than the backlog fits; cookies or not', () => {
    const answers = answersTo(new Listener(settings, new Float64Array(0)), [0, 0, 0, 0, 0, 0, 0]);
    expect(answers).toEqual([...Array<string>(5).fill('queued'), 'dropped', 'dropped']);
  });

  test('each turn of the application frees one place', () => {
    const listener = new Listener(settings, Float64Array.of(1, 2));
    expect(answersTo(listener, [0, 0, 0, 0, 0, 0.5, 1, 1, 2.5, 2.5]).slice(5)).toEqual([
      'dropped',
      'queued',
      'dropped',
      'queued',
      'dropped',
    ]);
  });

  test('the application takes connections when it did, and at its pace while none waited', () => {
    const entries = {
      ids: Int32Array.of(0, 1, 2),
      from: Float64Array.of(1, 1, 8),
      to: Float64Array.of(4, 5, Infinity),
    };
    expect([...turnsOf(new HalfOpen(entries), 10)]).toEqual([4, 5, 6, 7]);
    expect([...turnsOf(new HalfOpen({ ...entries, from: Float64Array.of(3.5, 4.5, 8) }), 10)]).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
  });
});

const at = (milliseconds: number, data: Uint8Array): Frame => ({
  seconds: 1_700_000_000 + Math.floor(milliseconds / 1000),
  nanoseconds: Math.round((milliseconds % 1000) * 1_000_000),
  data,
});

describe('written by hand', () => {
  const folderOfTest = mkdtempSync(join(tmpdir(), 'synoptic-accept-'));
  afterAll(() => rmSync(folderOfTest, { recursive: true }));
  const server = '192.0.2.20';

  /** A handshake and a request; the kernel acknowledges it, the application says nothing. */
  function silent(i: number, ms: number, isAcknowledged: boolean): Frame[] {
    const [from, port] = [`198.51.100.${1 + i}`, 20_000 + i];
    const out = { from, to: server, ports: [port, 80] as [number, number] };
    const back = { from: server, to: from, ports: [80, port] as [number, number] };
    return [
      at(ms, tcp({ ...out, seq: 1000, flags: SYN })),
      at(ms + 1, tcp({ ...back, seq: 5000, ack: 1001, flags: SYN | ACK })),
      at(ms + 2, tcp({ ...out, seq: 1001, ack: 5001, flags: ACK })),
      at(ms + 3, tcp({ ...out, seq: 1001, ack: 5001, flags: ACK, payload: 'a question' })),
      ...(isAcknowledged ? [at(ms + 4, tcp({ ...back, seq: 5001, ack: 1011, flags: ACK }))] : []),
    ];
  }

  /** Clients whose SYN is dropped, and again after a second. */
  const dropped = (i: number, ms: number): Frame[] =>
    [0, 1000].map((later) =>
      at(
        ms + later,
        tcp({ from: `203.0.113.${1 + (i % 250)}`, to: server, ports: [30_000 + i, 80], seq: i, flags: SYN }),
      ),
    );

  async function acceptanceOf(isAcknowledged: boolean): Promise<unknown> {
    const up = Array.from({ length: 9 }, (_, i) => silent(i, 20 * i, isAcknowledged));
    const down = Array.from({ length: 150 }, (_, i) => dropped(i, 300 + 10 * i));
    const frames = [...up.flat(), ...down.flat()].toSorted(
      (a, b) => a.seconds - b.seconds || a.nanoseconds - b.nanoseconds,
    );
    const path = join(folderOfTest, `${isAcknowledged}.pcap`);
    writeFileSync(path, pcap(frames));
    const victims = victimsOf((await analyze([path])).facts);
    expect(victims.map(({ judgement }) => judgement.verdict)).toEqual(['overload']);
    return victims[0]!.acceptance.told;
  }

  test('an application that hangs: its kernel goes on acknowledging', async () => {
    expect(await acceptanceOf(true)).toMatchObject({ overflowed: 'yes', waiting: 9, droppedSyns: 150 });
  });

  test('a host that is gone: nothing is acknowledged any more, and no queue is told of', async () => {
    expect(await acceptanceOf(false)).toMatchObject({ overflowed: 'unknown', waiting: 0, why: [] });
  });
});
