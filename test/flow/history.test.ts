/** Letters of the history that Zeek's rows in ../shared/captures hardly have, by conversations made for them. */
import { describe, expect, test } from 'vitest';
import { ACK, SYN, tcp, udp } from '../support/conversations.ts';
import { type Segment, handshake, historyBeyond, historyOf, rowOf, rowsOf, times } from '../support/segments.ts';

const FIN = 0x01;
const RST = 0x04;

const fin = (side: 0 | 1, seq: number): Segment => ({ side, flags: FIN | ACK, seq });
const rst = (seq: number): Segment => ({ side: 1, flags: RST, seq });
/** Segments of the responder, each behind a hole. */
const behindHoles = (n: number): Segment[] =>
  Array.from({ length: n }, (_, i): Segment => ({ side: 1, seq: 11 + 20 * i, length: 10 }));
const acked = (seq: number): Segment => ({ side: 0, ack: seq });
const packet = (ports: readonly [number, number], to = '10.0.0.2') => ({ from: '10.0.0.1', to, ports, payload: 'x' });

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
    expect(await historyOf([...handshake, fin(1, 1), { side: 0, ack: 2 }])).toBe('ShAf');
    expect(await historyOf([...handshake, fin(1, 9), { side: 0, ack: 10 }, { side: 0, ack: 10 }])).toBe('ShAfg');
  });

  test('are counted one by one', async () => {
    expect(await historyOf([...handshake, ...behindHoles(9).flatMap((one) => [one, acked(one.seq! + 10)])])).toBe(
      'ShAdg',
    );
    expect(await historyOf([...handshake, ...behindHoles(10).flatMap((one) => [one, acked(one.seq! + 10)])])).toBe(
      'ShAdgg',
    );
    const last = behindHoles(9)[8]!;
    const end = last.seq! + 10;
    const before = behindHoles(8).flatMap((one) => [one, acked(one.seq! + 10)]);
    expect(await historyOf([...handshake, ...before, last, fin(1, end), acked(end + 1)])).toBe('ShAdgf');
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
    expect(await historyOf([...handshake, fin(0, 1), { side: 1, ack: 2, window: 0 }])).toBe('ShAFa');
  });
});

describe('FIN and RST', () => {
  test('get a letter for each sequence number in a row', async () => {
    expect(await historyOf([...handshake, fin(0, 1), fin(0, 1), fin(0, 1)])).toBe('ShAF');
    expect(await historyOf([...handshake, fin(0, 1), { ...fin(0, 1), length: 5 }])).toBe('ShAFF');
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
