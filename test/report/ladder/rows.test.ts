/** What stands in the rows of a ladder: numbers, windows, states, and what is said of each segment. */
import { describe, expect, test } from 'vitest';
import { udp } from '../../support/conversations.ts';
import { type Line, download, framesOf, handshake } from './conversation.ts';
import { drawnOf } from './drawing.ts';

/** Ids of facts by frame. */
async function factsOf(lines: readonly Line[]): Promise<Record<number, string[]>> {
  const { rows } = await drawnOf(framesOf(lines));
  return Object.fromEntries(
    rows.filter(({ facts }) => facts.length > 0).map(({ frame, facts }) => [frame, facts.map(({ id }) => id)]),
  );
}

const data = (at: number, seq: number, length = 100): Line => ({ at, from: '>', flags: 'PA', seq, ack: 1, length });
const ack = (at: number, number: number, window?: number): Line => ({
  at,
  from: '<',
  flags: 'A',
  seq: 1,
  ack: number,
  ...(window === undefined ? {} : { window }),
});

describe('numbers', () => {
  test('count from where each end began, also past 2^32', async () => {
    const { rows } = await drawnOf(framesOf(download(3), [0xffff_ffff, 0xffff_fa00]));
    expect(rows.map(({ relativeSequence: s, relativeAcknowledgment: a }) => [s, a])).toEqual([
      [0, null],
      [0, 1],
      [1, 1],
      [1, 1],
      [1, 1001],
      [1001, 1],
      [1, 2001],
      [2001, 1],
      [1, 3001],
      [3001, 1],
      [1, 3002],
      [3002, 2],
    ]);
    expect(rows.flatMap(({ facts }) => facts.map(({ id }) => id))).toEqual(['silence', 'three-way-close']);
  });

  test('begin at 1 where the SYN is not in the capture', async () => {
    const { rows } = await drawnOf(framesOf(download(2).slice(3)));
    expect(rows[0]).toMatchObject({
      relativeSequence: 1,
      relativeAcknowledgment: 1,
      window: null,
      windowField: 64_240,
    });
    expect(rows[0]!.states).toEqual({ originator: 'ESTABLISHED', responder: 'ESTABLISHED' });
  });

  test('windows are scaled behind the SYNs', async () => {
    const { rows } = await drawnOf(framesOf([...handshake, data(0.1, 1), ack(0.2, 101, 1000)]));
    expect(rows.map(({ window }) => window)).toEqual([64_240, 64_240, 64_240 * 8, 64_240 * 8, 128_000]);
  });

  test('windows are not scaled when one end offers no scale', async () => {
    const [, ...rest] = handshake;
    const { rows } = await drawnOf(framesOf([{ at: 0, from: '>', flags: 'S' }, ...rest]));
    expect(rows.map(({ window }) => window)).toEqual([64_240, 64_240, 64_240]);
  });

  test('a datagram has none', async () => {
    const bytes = udp({ from: '10.0.0.1', to: '10.0.0.2', ports: [4000, 9999], payload: 'hello' });
    const { rows, doc } = await drawnOf([{ seconds: 1, nanoseconds: 5000, data: bytes }], { transport: 'udp' });
    expect(rows).toEqual([
      {
        frame: 1,
        time: '1970-01-01T00:00:01.000005000Z',
        relativeSeconds: 0,
        side: 'originator',
        payloadBytes: 5,
        facts: [],
      },
    ]);
    expect(doc).toMatchObject({ handshake: null, close: null, states: null, connection: { id: 'udp:0' } });
  });
});

describe('facts', () => {
  test('data that is sent again, with how long its sender waited', async () => {
    const lines = [...handshake, data(0.1, 1), data(0.11, 51), data(0.41, 1)];
    expect(await factsOf(lines)).toEqual({ 5: ['resent'], 6: ['resent'] });
    const { rows } = await drawnOf(framesOf(lines));
    expect(rows[4]!.facts[0]!.text).toBe('sent again, but for 50 B');
    expect(rows[5]!.facts[0]!.text).toBe('sent again: timeout after 0.30 s, RTO about 0.21 s');
  });

  test('a gap, and what fills it: not all of it at first', async () => {
    const lines = [...handshake, data(0.1, 1), data(0.11, 301), data(0.12, 101), data(0.13, 201), data(0.14, 201)];
    expect(await factsOf(lines)).toEqual({ 5: ['gap'], 6: ['overtaken'], 7: ['gap-filled'], 8: ['resent'] });
  });

  test('an ACK of what the capture lacks; what comes late fills it', async () => {
    const lines = [...handshake, data(0.1, 1), ack(0.11, 201), data(0.12, 101)];
    expect(await factsOf(lines)).toEqual({ 5: ['ack-unseen'], 6: ['gap-filled'] });
  });

  test('a keep-alive', async () => {
    const lines = [...handshake, data(0.1, 1), ack(0.11, 101), data(0.2, 100, 0), data(0.3, 100, 1)];
    expect(await factsOf(lines)).toEqual({ 6: ['keep-alive'], 7: ['keep-alive'] });
  });

  test('a window that is shut, probed and opened', async () => {
    const lines = [
      ...handshake,
      data(0.1, 1),
      ack(0.11, 101, 0),
      data(0.3, 101, 1),
      ack(0.31, 101, 0),
      data(0.5, 100, 0),
      ack(2, 101, 500),
    ];
    expect(await factsOf(lines)).toEqual({
      5: ['zero-window'],
      6: ['window-probe'],
      8: ['window-probe'],
      9: ['silence', 'window-opened'],
    });
    const { rows } = await drawnOf(framesOf(lines));
    expect(rows[8]!.facts.map(({ text }) => text)).toEqual([
      "1.5 s of silence, responder's window shut",
      'window open again after 1.9 s',
    ]);
  });

  test('data after the peer closed', async () => {
    const lines: Line[] = [
      ...handshake,
      { at: 0.1, from: '>', flags: 'FA', seq: 1, ack: 1 },
      { at: 0.11, from: '<', flags: 'A', seq: 1, ack: 2, length: 10 },
      { at: 0.12, from: '<', flags: 'A', seq: 11, ack: 2, length: 10 },
    ];
    expect(await factsOf(lines)).toEqual({ 5: ['half-closed'] });
  });

  test('a SYN that is sent again says when; no silence beside it', async () => {
    const syn: Line = { at: 0, from: '>', flags: 'S' };
    const { rows } = await drawnOf(framesOf([syn, { ...syn, at: 1 }, { ...syn, at: 3 }]));
    expect(rows.map(({ facts }) => facts.map(({ text }) => text))).toEqual([
      [],
      ['SYN again: 2nd of 3, after 1 s'],
      ['SYN again: 3rd of 3, after 2 s'],
    ]);
  });

  test('a RST says why', async () => {
    const lines: Line[] = [
      ...handshake,
      data(0.1, 1),
      ack(0.11, 101),
      { at: 5, from: '<', flags: 'RA', seq: 1, ack: 101 },
    ];
    const { rows } = await drawnOf(framesOf(lines));
    expect(rows[5]!.facts.map(({ id, text }) => `${id}: ${text}`)).toEqual([
      'silence: 4.9 s of silence',
      'reset: closed without FIN: aborted, or data not read, after 4.9 s of silence',
    ]);
  });
});

describe('a silence', () => {
  test.each([
    ['below half a second is none', 0.49, 0.6, 0],
    ['of half a second is one in a short connection', 0.51, 0.6, 1],
    ['of less than a twentieth is none in a long one', 0.9, 20, 0],
    ['of a twentieth is one', 1.1, 20, 1],
  ])('%s', async (_name, pause, until, expected) => {
    const steps = Math.ceil((until - pause) / 0.4);
    const lines = [...handshake];
    for (let i = 1; i <= steps; i++) lines.push(data(0.02 + i * ((until - pause) / steps), 1 + i * 100));
    lines.push(data(0.02 + until, 1 + (steps + 1) * 100));
    const facts = Object.values(await factsOf(lines)).flat();
    expect(facts.filter((id) => id === 'silence')).toHaveLength(expected);
  });
});
