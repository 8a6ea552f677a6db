/** What the time between two segments goes to, one conversation for each case. Times are in milliseconds. */
import { describe, expect, test } from 'vitest';
import type { ConnectionRow, TimeRow } from '../../../src/report/model.ts';
import { FIN, ACK, RST, SYN } from '../../support/conversations.ts';
import { Talk, heard } from '../../support/talk.ts';

const rowOf = async (talk: Talk): Promise<ConnectionRow> => (await heard(talk)).connsDocument().connections[0]!;

/** Shares in milliseconds, without those that are none. */
async function sharesOf(talk: Talk): Promise<Partial<Record<string, number>>> {
  const { time } = await rowOf(talk);
  const { limitedBy: _, frames: __, ...shares } = time as TimeRow;
  return Object.fromEntries(
    Object.entries(shares)
      .map(([key, seconds]) => [key.replace('Seconds', ''), Math.round(seconds * 1e6) / 1e3] as const)
      .filter(([, ms]) => ms > 0),
  );
}

/** Captured at the client: the server is 20 ms away. */
const atClient = (): Talk => new Talk().open(20, 20.01);
/** Captured at the server: the client is. */
const atServer = (): Talk => new Talk().open(0.01, 20.01);

/** Ten segments a round trip of 40 ms; the window of the receiver takes `window` bytes. */
function transfer(talk: Talk, window: number, toSender: number): Talk {
  talk.send(50, 0, { window });
  for (let round = 0; round < 20; round++) {
    const from = 50 + 40 * round;
    for (let i = 0; i < 10; i++) talk.send(from + toSender + i / 100, 1, { length: 1000 });
    talk.send(from + 39.9, 0);
  }
  return talk;
}

/** Two segments every `every` ms, each pair acknowledged; the round trip is 20 ms. */
async function limitOf(talk: Talk, every: number, toSender: number): Promise<string> {
  talk.send(30, 0, { length: 10 });
  for (let i = 0; i < 50; i++) {
    const at = 60 + every * i + toSender;
    talk
      .send(at, 1, { length: 1000 })
      .send(at + 0.01, 1, { length: 1000 })
      .send(at + 20 - toSender + 0.02, 0);
  }
  return (await rowOf(talk)).time!.limitedBy;
}

describe('one question, one answer', () => {
  test('the server thinks: what it takes beyond the way there and back', async () => {
    const talk = atClient().send(30, 0, { length: 100 }).send(150, 1, { length: 500 }).send(150.01, 0);
    expect(await sharesOf(talk)).toEqual({ handshake: 20.01, client: 9.99, path: 20.01, server: 100 });
  });

  test('captured at the server, its time is the gap itself', async () => {
    const talk = atServer().send(30.01, 0, { length: 100 }).send(130.01, 1, { length: 500 }).send(150.01, 0);
    expect(await sharesOf(talk)).toEqual({ handshake: 20.01, client: 10, server: 99.99, path: 20.01 });
  });

  test('the client thinks between two questions', async () => {
    const talk = atClient()
      .send(20.02, 0, { length: 100 })
      .send(40.02, 1, { length: 500 })
      .send(40.03, 0)
      .send(340.03, 0, { length: 100 })
      .send(360.03, 1, { length: 500 });
    expect(await sharesOf(talk)).toEqual({ handshake: 20.01, client: 300.01, path: 40.01 });
  });

  test('the server speaks first', async () => {
    const talk = atClient().send(120.01, 1, { length: 50 }).send(120.02, 0);
    expect((await sharesOf(talk)).server).toBe(80);
  });
});

test('nobody waits: keep-alives, and the time until somebody closes', async () => {
  const talk = atClient()
    .send(30, 0, { length: 10 })
    .send(50, 1, { length: 10 })
    .send(50.01, 0)
    .send(10_050, 1, { back: 1 })
    .send(10_050.01, 0)
    .send(20_000, 0, { flags: FIN | ACK })
    .send(20_020, 1, { flags: FIN | ACK })
    .send(20_020.01, 0);
  const shares = await sharesOf(talk);
  expect(shares.idle).toBeGreaterThan(19_900);
  expect((await rowOf(talk)).time!.limitedBy).toBe('idle');
});

test('a handshake that does not finish is all there is', async () => {
  const talk = new Talk().send(0, 0, { flags: SYN }).send(1000, 0, { flags: SYN, back: 1 });
  const { time, stalls } = await rowOf(talk);
  expect(time).toMatchObject({ limitedBy: 'handshake', handshakeSeconds: 1 });
  expect(stalls).toMatchObject({
    count: 1,
    longest: [{ cause: 'handshake', waitedFor: 'originator', frames: [1, 2] }],
  });
});

test('after a RST nothing is waited for', async () => {
  const talk = atClient()
    .send(30, 0, { length: 10 })
    .send(50, 1, { flags: RST | ACK })
    .send(1050, 1, { flags: RST });
  expect(await sharesOf(talk)).toMatchObject({ idle: 1000 });
});

describe('a transfer', () => {
  test('the path: window to spare, each flight waits for its ACKs', async () => {
    const talk = transfer(new Talk().open(0.01, 40), 60_000, 0.01);
    const { time } = await rowOf(talk);
    expect(time!.limitedBy).toBe('path');
  });

  test("the receiver's window, seen at the sender", async () => {
    const talk = transfer(new Talk().open(0.01, 40), 10_000, 0.01);
    const { time } = await rowOf(talk);
    expect(time).toMatchObject({ limitedBy: 'receiver-window' });
    expect(time!.receiverWindowSeconds).toBeGreaterThan(0.7);
  });

  test("the receiver's window, seen at the receiver", async () => {
    const talk = new Talk().open(40, 40.01).send(40.02, 0, { length: 10, window: 10_000 });
    talk.send(80, 1, { length: 1000 }).send(80.01, 0);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 10; i++) {
        talk.send(120 + 40 * round + i / 100, 1, { length: 1000 });
        if (i % 2 === 1) talk.send(120 + 40 * round + i / 100 + 0.005, 0);
      }
    }
    const { time } = await rowOf(talk);
    expect(time).toMatchObject({ limitedBy: 'receiver-window' });
  });

  test('a sender with a pace of its own, seen beside it', async () => {
    const talk = new Talk().open(0.01, 40.01).send(45, 0, { length: 10 });
    for (let i = 0; i < 100; i++) {
      talk.send(60 + 10 * i, 1, { length: 1000 });
      if (i >= 4) talk.send(60 + 10 * i + 0.01, 0, { behind: 4000 });
    }
    expect((await rowOf(talk)).time).toMatchObject({ limitedBy: 'sender-pacing' });
  });

  test('the same seen far from it is the path', async () => {
    const talk = new Talk().open(40, 40.01).send(45, 0, { length: 10 });
    for (let i = 0; i < 100; i++) {
      talk.send(100 + 10 * i, 1, { length: 1000 });
      talk.send(100 + 10 * i + 0.01, 0);
    }
    const { time } = await rowOf(talk);
    expect(time!.pacingSeconds).toBe(0);
  });
});

describe('a sender that does not wait for ACKs', () => {
  test('goes on within two round trips: it paces what it sends, wherever it is captured', async () => {
    expect(await limitOf(new Talk().open(0.01, 20.01), 28, 0)).toBe('sender-pacing');
    expect(await limitOf(new Talk().open(20, 20.01), 28, 20)).toBe('sender-pacing');
  });

  test('goes on later: it had nothing to say', async () => {
    expect(await limitOf(new Talk().open(0.01, 20.01), 100, 0)).toBe('server');
    expect(await limitOf(new Talk().open(20, 20.01), 100, 20)).toBe('server');
  });

  test('goes on upon each ACK: the path', async () => {
    expect(await limitOf(new Talk().open(0.01, 20.01), 20.1, 0)).toBe('path');
    expect(await limitOf(new Talk().open(20, 20.01), 20.1, 20)).toBe('path');
  });
});

test('a window that is closed, whoever speaks meanwhile', async () => {
  const talk = atClient()
    .send(30, 1, { length: 1000 })
    .send(31, 0, { window: 0 })
    .send(231, 1, { back: 1 })
    .send(231.01, 0)
    .send(1031, 0, { window: 60_000 })
    .send(1051, 1, { length: 1000 });
  const row = await rowOf(talk);
  expect(row.time).toMatchObject({ limitedBy: 'receiver-window', receiverWindowSeconds: 1 });
  expect(row.endpoints.originator.window).toEqual({
    scaleKnown: true,
    min: 0,
    max: 60_000,
    last: 60_000,
    closings: 1,
    closedSeconds: 1,
    closedAtEnd: false,
    shrunk: 1,
    silly: 0,
  });
});

test('what was lost: the wait for the timer, and for the ACK of what is sent again', async () => {
  const talk = atServer()
    .send(30, 0, { length: 100 })
    .send(30.01, 1, { length: 1000 })
    .send(260, 1, { length: 1000, back: 1000 })
    .send(280, 0);
  expect(await sharesOf(talk)).toMatchObject({ recovery: 249.99 });
});

test('what was lost: the wait for duplicate ACKs, while something is on its way', async () => {
  const talk = atServer().send(30, 0, { length: 100 });
  for (let i = 0; i < 3; i++) talk.send(30.01 + i / 100, 1, { length: 1000 });
  talk.send(50, 0, { behind: 2000 }).send(57, 0, { behind: 2000 }).send(70, 0);
  expect(await sharesOf(talk)).toMatchObject({ recovery: 7 });
  // The same when nothing is.
  expect(await sharesOf(talk.send(90, 0))).toMatchObject({ recovery: 7 });
});

/**
 * Seen at the receiver, which tells of room for 10,000 bytes, and then of more. What comes a round trip later goes so many bytes
 * beyond the first of it.
 */
const beyond = (bytes: number): Talk => {
  const talk = new Talk().open(40, 40.01).send(40.02, 0, { length: 10, window: 10_000 });
  talk.send(80, 1, { length: 1000 }).send(80.01, 0, { window: 60_000 });
  talk.send(80.02, 1, { length: 1000 });
  for (let sent = 2000; sent < 10_000 + bytes; sent += 1000) talk.send(80 + sent / 1000, 1, { length: 1000 });
  return talk.send(110, 0).send(125, 1, { length: 1000 });
};

test('a window that was filled, and one that was larger than the capture knew', async () => {
  expect(await sharesOf(beyond(0))).toHaveProperty('receiverWindow');
  expect(await sharesOf(beyond(2000))).toHaveProperty('receiverWindow');
  expect(await sharesOf(beyond(3000))).not.toHaveProperty('receiverWindow');
});

const only = (talk: Talk, side: 0 | 1): Talk => {
  const of = talk.frames.filter((_, i) => talk.sides[i] === side);
  talk.frames.splice(0, talk.frames.length, ...of);
  return talk;
};
const asked = (): Talk => {
  const talk = new Talk(null);
  for (let i = 0; i < 5; i++) {
    talk.send(3000 * i, 0, { length: 100 }).send(3000 * i + 20, 1, { length: 1000 });
    talk.send(3000 * i + 20.1, 0);
  }
  return talk;
};

describe('one direction in the capture', () => {
  test.each([0, 1] as const)('what segments of end %i waited for, nobody can tell', async (side) => {
    const analysis = await heard(only(asked(), side));
    const [row] = analysis.connsDocument().connections;
    expect(row!.time).toMatchObject({ limitedBy: 'unknown', frames: [1, side === 0 ? 10 : 5] });
    expect(analysis.analyzeDocument().time).toMatchObject({ connections: 1, byLimit: { unknown: 1 }, pathSeconds: 0 });
  });

  test('both: it is the client', async () => {
    expect((await rowOf(asked())).time!.limitedBy).toBe('client');
  });

  test('a timer that runs out again and again is told by one end alone', async () => {
    const talk = new Talk(null).send(0, 0, { length: 100 });
    for (const ms of [200, 600, 1400, 3000]) talk.send(ms, 0, { length: 100, back: 100 });
    expect((await rowOf(talk)).time!.limitedBy).toBe('loss-recovery');
  });
});
