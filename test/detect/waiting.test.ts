/** Findings about waiting: in which recordings and real captures they are told, and that they are told in no others. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { CaptureError } from '../../src/capture/errors.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { Talk } from '../support/talk.ts';
import { fixtures } from '../support/frames.ts';
import { findingsOfBytes, findingsOfFile } from './packets.ts';

const ids: ReadonlySet<string> = new Set([
  'tcp-zero-window',
  'tcp-lost-window-update',
  'tcp-window-full',
  'tcp-bufferbloat',
  'tcp-nagle-delayed-ack',
  'tcp-tiny-segments',
]);
const ours = (findings: readonly Finding[]): Finding[] => findings.filter(({ id }) => ids.has(id));
const toldOf = (findings: readonly Finding[]): string[] => ours(findings).map(({ id }) => id);

/** Stories of `fixtures/loss`, which are captured at both ends, or one capture of them. */
const told: Readonly<Record<string, readonly string[]>> = {
  // Only the capture at the sender has round trips.
  'bufferbloat-server': ['tcp-bufferbloat'],
  'bufferbloat-reno-server': ['tcp-bufferbloat'],
  'bufferbloat-upload-client': ['tcp-bufferbloat'],
  'byte-by-byte': ['tcp-tiny-segments'],
  'deep-queue-unused': ['tcp-window-full'],
  'lost-window-update': ['tcp-zero-window', 'tcp-lost-window-update'],
  mixed: ['tcp-zero-window'],
  'nagle-delayed-ack': ['tcp-nagle-delayed-ack'],
  'shrinking-window': ['tcp-zero-window'],
  'slow-reader': ['tcp-window-full'],
  'small-receive-buffer': ['tcp-window-full'],
  'zero-window': ['tcp-zero-window'],
  'zero-window-long': ['tcp-zero-window'],
  'zero-window-upload': ['tcp-zero-window'],
};

const recordings = readdirSync(join(fixtures, 'loss')).filter((name) => name.endsWith('.pcap'));

test.each(recordings)('%s', async (name) => {
  const story = name.replace(/-(client|server|middle)\.pcap$/, '');
  const findings = await findingsOfFile(join(fixtures, 'loss', name));
  expect(toldOf(findings)).toEqual(told[story] ?? told[name.slice(0, -'.pcap'.length)] ?? []);
  for (const { frames, frameCount, summary, displayFilter } of ours(findings)) {
    expect(frames.length).toBeGreaterThan(0);
    expect(frameCount).toBe(frames.length);
    expect(displayFilter).toContain(String(frames[0]));
    expect(summary).toMatch(/^192\.0\.2\.10:\d+ > 198\.51\.100\.20:\d+ {2}/);
  }
});

/** Every one of them looked at by hand. */
const real: Readonly<Record<string, readonly string[]>> = {
  // OpenVPN over TCP: small control packets, each let go upon the ACK of the one before it, 42 ms later.
  'mercury__emix.pcap': ['tcp-nagle-delayed-ack'],
  // A client that writes TLS records of some 60 bytes one by one.
  'mercury__tls_sgt.pcap': ['tcp-tiny-segments'],
  // A mail server that stops reading for half a second.
  'suricata__mime-stream-depth_input.pcap': ['tcp-zero-window'],
  // FTP: a server that writes its second answer while the client delays the ACK of the first by 200 ms.
  'zeek__ftp_cwd-navigation.pcap': ['tcp-nagle-delayed-ack'],
  // Downloads by a browser that shuts its window for a quarter of a second.
  'zeek__gre-aruba.pcap': ['tcp-zero-window', 'tcp-zero-window', 'tcp-zero-window'],
};

const shared = join(import.meta.dirname, '../../../shared/captures');
const captures = existsSync(shared) ? readdirSync(shared).filter((name) => /\.(pcap|pcapng|cap)$/.test(name)) : [];

test.skipIf(captures.length === 0)(
  `captures of ${shared}${captures.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  { timeout: 120_000 },
  async () => {
    const found: Record<string, string[]> = {};
    for (const name of captures) {
      try {
        const list = toldOf((await analyze([join(shared, name)])).analyzeDocument().findings);
        if (list.length > 0) found[name] = list;
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
      }
    }
    expect(found).toEqual(real);
  },
);

const findingsOf = async (talk: Talk): Promise<string[]> => toldOf(await findingsOfBytes(talk.bytes()));
const asked = (): Talk => new Talk().open(20, 20.01).send(30, 0, { length: 100 });

/**
 * Round after round the server has more on its way: what it sent first in a round is acknowledged `ms(round)` later, when as
 * many bytes are on their way as `bytes` times the round.
 */
function rounds(ms: (round: number) => number, count = 60, bytes = 500): Talk {
  const talk = new Talk(4).open(20, 20.01).send(30, 0, { length: 100 }).send(50, 1, { length: bytes });
  let at = 50;
  for (let round = 1; round <= count; round++) {
    const half = ms(round) / 2;
    const more = bytes * round;
    for (let left = more; left > 0; left -= 1400) talk.send(at + half, 1, { length: Math.min(1400, left) });
    talk.send(at + 2 * half, 0, { behind: more });
    talk.send(at + 3 * half, 0);
    at += 3 * half + 1;
    talk.send(at, 1, { length: bytes });
  }
  return talk;
}

/** Thirty segments of a server, one by one, and then forty on their way at a time: for half a second, so many times. */
function still(times: number): Talk {
  const talk = new Talk(5, false, 4000).open(0.01, 20.01).send(21, 0, { length: 10 });
  let at = 22;
  for (let i = 0; i < 30; i++, at += 20.5) talk.send(at, 1, { length: 1000 }).send(at + 20, 0);
  for (let i = 0; i < 40; i++) talk.send(at + i / 100, 1, { length: 1000 });
  for (let n = 0; n < 40 * times; n++) {
    at += n % 40 === 0 ? 500 : 0.5;
    talk.send(at, 0, { behind: 39_000 }).send(at + 0.01, 1, { length: 1000 });
  }
  return talk;
}

describe('what is not told', () => {
  test('a path that stands still once', async () => {
    expect(await findingsOf(still(1))).toEqual([]);
    expect(await findingsOf(still(4))).toEqual(['tcp-bufferbloat']);
  });

  test('a window that is shut for less than 200 ms, and one that a RST or FIN has', async () => {
    const talk = asked().send(50, 1, { length: 1000 }).send(51, 0, { window: 0 }).send(240, 0, { window: 9000 });
    expect(await findingsOf(talk)).toEqual([]);
    expect(await findingsOf(asked().send(50, 1, { flags: 0x14, window: 0 }).send(950, 1, { flags: 0x14 }))).toEqual([]);
  });

  test('a few delayed ACKs', async () => {
    const talk = new Talk().open(0.01, 20.01).send(30, 0, { length: 100 }).send(30.1, 1, { length: 100 });
    for (let i = 1; i <= 4; i++) talk.send(30 + 60 * i, 0).send(30 + 60 * i + 0.02, 1, { length: 100 });
    expect(await findingsOf(talk)).toEqual([]);
    talk.send(330, 0).send(330.02, 1, { length: 100 });
    expect(await findingsOf(talk)).toEqual(['tcp-nagle-delayed-ack']);
  });

  test('full segments that wait for the ACK of one: a small congestion window', async () => {
    const talk = new Talk().open(0.01, 20.01).send(30, 0, { length: 100 }).send(30.1, 1, { length: 1460 });
    for (let i = 1; i <= 10; i++) talk.send(30 + 60 * i, 0).send(30 + 60 * i + 0.02, 1, { length: 1460 });
    expect(await findingsOf(talk)).toEqual([]);
  });

  test('somebody who types: small segments, each echoed before the next', async () => {
    const talk = asked();
    for (let i = 0; i < 200; i++) {
      const at = 100 + 150 * i;
      talk
        .send(at, 0, { length: 1 })
        .send(at + 20.1, 1, { length: 1 })
        .send(at + 20.2, 0);
    }
    expect(await findingsOf(talk)).toEqual([]);
  });

  test('a path that grows longer at once while the flight grows: no queue of its own', async () => {
    expect(await findingsOf(rounds((round) => (round < 30 ? 20 : 400)))).toEqual([]);
    // The same with round trips that grow as the flight does.
    expect(await findingsOf(rounds((round) => 20 + 10 * round))).toEqual(['tcp-bufferbloat']);
  });

  test('round trips that grow and shrink by themselves, few rounds, and few bytes', async () => {
    expect(await findingsOf(rounds((round) => 20 + (round % 7) * 60))).toEqual([]);
    expect(await findingsOf(rounds((round) => 20 + 10 * round, 30))).toEqual([]);
    expect(await findingsOf(rounds((round) => 20 + 10 * round, 60, 10))).toEqual([]);
  });

  test('a window that is full now and then', async () => {
    const talk = new Talk().open(0.01, 20.01).send(21, 0, { length: 10, window: 3000 });
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 3; j++) talk.send(22 + 500 * i + j / 10, 1, { length: 1000 });
      talk.send(42 + 500 * i, 0);
    }
    expect(await findingsOf(talk)).toEqual([]);
  });
});
