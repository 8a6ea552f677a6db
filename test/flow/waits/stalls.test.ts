/** The causes of silences, one conversation for each; and what is no stall. Times are in milliseconds. */
import { describe, expect, test } from 'vitest';
import type { ConnectionRow, StallsRow } from '../../../src/report/model.ts';
import type { Frame } from '../../support/capture-bytes.ts';
import { ACK, FIN, RST, SYN } from '../../support/conversations.ts';
import { Talk, heard } from '../../support/talk.ts';

const rowOf = async (talk: Talk): Promise<ConnectionRow> => (await heard(talk)).connsDocument().connections[0]!;
const stallsOf = async (talk: Talk): Promise<StallsRow> => (await rowOf(talk)).stalls!;

/** `cause of whom, milliseconds, frames` of each stall. */
const told = async (talk: Talk): Promise<string[]> =>
  (await stallsOf(talk)).longest.map(
    ({ cause, waitedFor, seconds, frames }) =>
      `${cause} ${waitedFor} ${Math.round(seconds * 1000)} ${frames.join('-')}`,
  );

/** Captured at the client, the server 20 ms away; and at the server. A question of 100 bytes comes at 30 ms, frame 4. */
const asked = (): Talk => new Talk().open(20, 20.01).send(30, 0, { length: 100 });
const askedThere = (): Talk => new Talk().open(0.01, 20.01).send(30, 0, { length: 100 });

const near = (ms: number): Talk =>
  new Talk()
    .open(0.01, 0.02)
    .send(1, 0, { length: 9 })
    .send(1 + ms, 1, { length: 9 });

/** Two segments of 1000 bytes at 31 ms, and the last one again after 70 ms. */
const probed = (sack: boolean): Talk =>
  new Talk(0, sack)
    .open(0.01, 20.01)
    .send(30, 0, { length: 100 })
    .send(31, 1, { length: 1000 })
    .send(31.1, 1, { length: 1000 })
    .send(101, 1, { length: 1000, back: 1000 })
    .send(121, 0);

/** Small pieces, each let go upon the ACK of the one before it, which takes 40 ms more than the path. */
const held = (pieces: number): Talk => {
  const talk = askedThere().send(30.1, 1, { length: 100 });
  for (let i = 1; i <= pieces; i++) talk.send(30 + 60 * i, 0).send(30 + 60 * i + 0.02, 1, { length: 100 });
  return talk;
};

/** Joined in the middle: six questions with three segments of answer each. */
const middle = (acks: boolean): Talk => {
  const talk = new Talk();
  for (let i = 0; i < 6; i++) {
    const at = 100 * i;
    talk.send(at, 0, { length: 100 }).send(at + 40, 1, { length: 1000 });
    talk.send(at + 41, 1, { length: 1000 }).send(at + 90, 1, { length: 1000 });
    if (acks) talk.send(at + 91, 0);
  }
  return talk;
};

const sharesOf = async (talk: Talk) => (await rowOf(talk)).time!;

describe('applications', () => {
  test('the server thinks', async () => {
    expect(await told(asked().send(530, 1, { length: 10 }))).toEqual(['server-thinking responder 500 4-5']);
  });

  test('the server thinks behind an ACK of its own, late or not', async () => {
    const prompt = asked().send(50, 1).send(530, 1, { length: 10 });
    expect(await told(prompt)).toEqual(['server-thinking responder 480 5-6']);
    const late = asked().send(130, 1).send(530, 1, { length: 10 });
    expect(await told(late)).toEqual(['server-thinking responder 100 4-5', 'server-thinking responder 400 5-6']);
  });

  test('the client thinks', async () => {
    const talk = asked().send(50, 1, { length: 10 }).send(50.01, 0).send(950, 0, { length: 5 });
    expect(await told(talk)).toEqual(['client-thinking originator 900 6-7']);
  });

  test('what takes less than three round trips is no stall', async () => {
    expect(await told(asked().send(89, 1, { length: 10 }))).toEqual([]);
  });

  test('what takes less than 30 ms is none, however short the path', async () => {
    expect(await told(near(29))).toEqual([]);
    expect(await told(near(31))).toEqual(['server-thinking responder 31 4-5']);
  });
});

describe('windows', () => {
  test('closed: until each probe, and until it is open', async () => {
    const talk = asked()
      .send(50, 1, { length: 1000 })
      .send(51, 0, { window: 0 })
      .send(300, 1, { back: 1 })
      .send(300.01, 0)
      .send(700, 0, { window: 9000 })
      .send(720, 1, { length: 1000 });
    expect(await told(talk)).toEqual(['zero-window originator 249 6-7', 'zero-window originator 400 8-9']);
  });

  test('the answer to a probe tells that it is open: the update was lost', async () => {
    const talk = asked()
      .send(50, 1, { length: 1000 })
      .send(51, 0, { window: 0 })
      .send(300, 1, { back: 1 })
      .send(300.01, 0, { window: 9000 })
      .send(320, 1, { length: 1000 });
    expect(await told(talk)).toEqual(['lost-window-update originator 249 6-7']);
  });

  test.each([
    [20, 'lost-window-update'],
    [60, 'zero-window'],
  ])(
    'what comes %i ms after a probe, of a way of 20 ms, is an answer or an update of its own',
    async (later, cause) => {
      const talk = askedThere()
        .send(31, 1, { length: 1000 })
        .send(51, 0, { window: 0 })
        .send(300, 1, { back: 1 })
        .send(300 + later, 0, { window: 9000 });
      expect((await told(talk))[0]).toBe(`${cause} originator 249 6-7`);
    },
  );

  test('a little room in the answer proves nothing', async () => {
    const talk = asked()
      .send(50, 1, { length: 1000 })
      .send(51, 0, { window: 0 })
      .send(300, 1, { back: 1 })
      .send(300.01, 0, { window: 1500 });
    expect(await told(talk)).toEqual(['zero-window originator 249 6-7']);
  });

  test('an update that passed here and never arrived', async () => {
    const talk = asked()
      .send(50, 1, { length: 1000 })
      .send(51, 0, { window: 0 })
      .send(90, 0, { window: 9000 })
      .send(500, 1, { back: 1 })
      .send(500.01, 0)
      .send(520, 1, { length: 1000 });
    expect(await told(talk)).toEqual(['lost-window-update originator 410 7-8']);
  });

  test('and the time until the sender knows is not that of a window too small', async () => {
    const talk = asked()
      .send(50, 1, { length: 1000 })
      .send(51, 0, { window: 0 })
      .send(90, 0, { window: 9000 })
      .send(2000, 1, { back: 1 })
      .send(2000.01, 0)
      .send(2020, 1, { length: 1000 });
    const { findings } = (await heard(talk)).analyzeDocument();
    expect(findings.map(({ id }) => id)).toEqual(['tcp-lost-window-update']);
  });

  test('a keep-alive long after the window was opened and used is one', async () => {
    const talk = asked()
      .send(50, 1, { length: 1000 })
      .send(51, 0, { window: 0 })
      .send(90, 0, { window: 9000 })
      .send(110, 1, { length: 1000 })
      .send(110.01, 0)
      .send(9110, 1, { back: 1 });
    expect(await told(talk)).toEqual(['keep-alive responder 9000 9-10']);
  });

  test.each([
    [119, 'lost-window-update originator'],
    [121, 'keep-alive responder'],
  ])('a window that was opened and not used: after %i s without a word', async (seconds, cause) => {
    const talk = asked()
      .send(50, 1, { length: 1000 })
      .send(51, 0, { window: 0 })
      .send(90, 0, { window: 9000 })
      .send(90 + 1000 * seconds, 1, { back: 1 });
    expect(await told(talk)).toEqual([`${cause} ${1000 * seconds} 7-8`]);
  });

  test('full, not closed', async () => {
    const talk = new Talk().open(0.01, 20.01).send(21, 0, { length: 10, window: 3000 });
    for (let i = 0; i < 3; i++) talk.send(22 + i / 10, 1, { length: 1000 });
    talk.send(322, 0);
    expect(await told(talk)).toEqual(['window-full originator 300 7-8']);
  });
});

describe('losses', () => {
  test('a retransmission timeout: the first that was not acknowledged', async () => {
    const talk = askedThere().send(31, 1, { length: 1000 }).send(31.1, 1, { length: 1000 });
    talk.send(291, 1, { length: 1000, back: 2000 }).send(311, 0);
    expect(await told(talk)).toEqual(['retransmission-timeout responder 260 6-7']);
  });

  test('a tail loss probe: the last segment', async () => {
    expect(await told(probed(true))).toEqual(['tail-loss-probe responder 70 6-7']);
  });

  test('nobody probes without selective acknowledgments', async () => {
    expect(await told(probed(false))).toEqual(['loss-recovery responder 70 6-7']);
  });

  test('a probe of a single segment waits for a delayed ACK; what is sent again once more is a timeout', async () => {
    const talk = new Talk(0, true).open(0.01, 20.01).send(30, 0, { length: 100 }).send(31, 1, { length: 1000 });
    talk.send(260, 1, { length: 1000, back: 1000 }).send(720, 1, { length: 1000, back: 1000 }).send(740, 0);
    expect(await told(talk)).toEqual(['tail-loss-probe responder 229 5-6', 'retransmission-timeout responder 460 6-7']);
  });

  test('the ACK of what was sent again is long in coming', async () => {
    const talk = askedThere().send(31, 1, { length: 1000 });
    talk.send(291, 1, { length: 1000, back: 1000 }).send(591, 0);
    expect(await told(talk)).toEqual(['retransmission-timeout responder 260 5-6', 'loss-recovery originator 300 6-7']);
  });
});

/** Data that is never acknowledged, sent again twice, until one end closes. */
const stuck = (closer: 0 | 1): Talk =>
  askedThere()
    .send(31, 1, { length: 1000 })
    .send(291, 1, { length: 1000, back: 1000 })
    .send(811, 1, { length: 1000, back: 1000 })
    .send(5000, closer, { flags: FIN | ACK, ...(closer === 0 ? { behind: 1000 } : {}) });

test('who gives up had waited for what is missing', async () => {
  expect((await told(stuck(0))).at(-1)).toBe('loss-recovery responder 4189 7-8');
  expect((await told(stuck(1))).at(-1)).toBe('loss-recovery responder 4189 7-8');
});

/**
 * An answer in two parts, of a server whose clock ticks every `tick` milliseconds: the second came 300 ms after the first, and
 * was sent so many milliseconds after it.
 */
const stamped = (sent: number, tick: number, more: { length?: number } = { length: 1000 }): Talk => {
  const stamp = (ms: number): number => 0xffff_fff0 + Math.floor(ms / tick);
  return new Talk()
    .send(0, 0, { flags: SYN })
    .send(20, 1, { flags: SYN | ACK, stamp: stamp(10) })
    .send(20.01, 0)
    .send(30, 0, { length: 100 })
    .send(350, 1, { length: 1000, stamp: stamp(340) })
    .send(350.01, 0)
    .send(650, 1, { ...more, stamp: stamp(340 + sent) });
};

describe('a path that holds what was sent', () => {
  test.each([
    [0, 1, 'path-delay'],
    [100, 1, 'path-delay'],
    [160, 1, 'server-thinking'],
    [300, 1, 'server-thinking'],
    [0, 10, 'path-delay'],
    // Too slow a clock.
    [0, 40, 'server-thinking'],
  ])('sent %i ms after the one before, by a clock of %i ms', async (sent, tick, cause) => {
    expect((await told(stamped(sent, tick))).at(-1)).toBe(`${cause} responder 300 6-7`);
  });

  test('the rest was its sender', async () => {
    const { pathSeconds, serverSeconds } = await sharesOf(stamped(100, 1));
    expect(serverSeconds).toBeCloseTo(0.3 + 0.1, 2);
    expect(pathSeconds).toBeCloseTo(0.02 + 0.2, 2);
  });

  test('not told of ACKs alone', async () => {
    expect((await told(stamped(0, 1, {}))).at(-1)).toBe('client-thinking originator 300 6-7');
  });
});

describe('ACKs that come late', () => {
  test.each([
    [1400, ['tcp-nagle-delayed-ack']],
    // Timestamps take twelve bytes of the 1460.
    [1448, []],
  ])('pieces of %i bytes', async (length, ids) => {
    const talk = askedThere().send(30.1, 1, { length });
    for (let i = 1; i <= 6; i++) talk.send(30 + 60 * i, 0).send(30 + 60 * i + 0.02, 1, { length });
    const { findings } = (await heard(talk)).analyzeDocument();
    expect(findings.map(({ id }) => id)).toEqual(ids);
  });

  test('what is let go upon them was held back', async () => {
    const stalls = await stallsOf(held(3));
    expect(stalls.longest.map(({ cause, waitedFor }) => `${cause} ${waitedFor}`)).toEqual(
      Array.from({ length: 3 }, () => 'delayed-ack originator'),
    );
  });

  test('the time is not taken for that of an application', async () => {
    const { time } = await rowOf(held(3));
    expect(time).toMatchObject({ limitedBy: 'path' });
    expect(time!.clientSeconds).toBeLessThan(0.011);
  });

  test('nobody waited for an ACK upon which nothing is sent', async () => {
    const talk = askedThere().send(30.1, 1, { length: 100 }).send(90, 0).send(800, 1, { length: 100 });
    expect(await told(talk)).toEqual(['server-thinking responder 710 6-7']);
  });
});

describe('the rest', () => {
  test('keep-alives and the time until the close', async () => {
    const talk = asked()
      .send(50, 1, { length: 9 })
      .send(50.01, 0)
      .send(5050, 0, { back: 1 })
      .send(5070, 1)
      .send(9000, 0, { flags: FIN | ACK });
    expect(await told(talk)).toEqual(['keep-alive originator 5000 6-7', 'idle originator 3930 8-9']);
  });

  test('a clock that is set is nobody waiting', async () => {
    const week = 7 * 86_400_000;
    const thinks = asked().send(30 + week, 1, { length: 10 });
    expect(await told(thinks)).toEqual([`server-thinking responder ${week} 4-5`]);
    const set = asked().send(31 + week, 1, { length: 10 });
    expect(await told(set)).toEqual([`clock-step responder ${week + 1} 4-5`]);
    expect(await sharesOf(set)).toMatchObject({ limitedBy: 'idle', serverSeconds: 0 });
    // Between SYN and SYN-ACK; between SYN-ACK and ACK; in a connection that never came up.
    const late = new Talk().open(2 * week, 2 * week + 1).send(2 * week + 30, 0, { length: 9 });
    expect(await told(late)).toEqual([`clock-step responder ${2 * week} 1-2`]);
    expect((await sharesOf(late)).handshakeSeconds).toBeCloseTo(0.001, 9);
    const later = new Talk().open(20, 2 * week).send(2 * week + 500, 0, { length: 9 });
    expect(await told(later)).toEqual([
      `clock-step originator ${2 * week - 20} 2-3`,
      'client-thinking originator 500 3-4',
    ]);
    expect((await sharesOf(later)).handshakeSeconds).toBeCloseTo(0.02, 9);
    const never = new Talk().send(0, 0, { flags: SYN }).send(2 * week, 0, { flags: SYN, back: 1 });
    expect(await sharesOf(never)).toMatchObject({ handshakeSeconds: 0, idleSeconds: (2 * week) / 1000 });
  });

  test('a clock that is set hides no other cause, and is none of them', async () => {
    const week = 7 * 86_400_000;
    // A connection that never comes up.
    const again = { flags: SYN, back: 1 };
    const never = new Talk()
      .send(0, 0, { flags: SYN })
      .send(1000, 0, again)
      .send(2 * week, 0, again);
    expect(await told(never)).toEqual([
      'handshake originator 1000 1-2',
      `clock-step originator ${2 * week - 1000} 2-3`,
    ]);
    // Joined in the middle: the first answer is no round trip, and the time to the next one goes to the server.
    const joined = new Talk().send(0, 0, { length: 9 }).send(2 * week, 1, { length: 9 });
    joined.send(2 * week + 20, 0, { length: 9 }).send(2 * week + 5020, 1, { length: 9 });
    expect(await sharesOf(joined)).toMatchObject({ serverSeconds: 5, pathSeconds: 0 });
    // A window that is closed meanwhile, and told to be open by the answer to a probe.
    const closed = asked().send(50, 1, { length: 1000 }).send(51, 0, { window: 0 });
    closed.send(51 + 2 * week, 1, { back: 1 }).send(60 + 2 * week, 0, { window: 9000 });
    expect(await told(closed)).toEqual([`clock-step responder ${2 * week} 6-7`]);
    expect((await rowOf(closed)).endpoints.originator.window!.closedSeconds).toBeCloseTo(0.009, 9);
  });

  test('behind a reset nobody waits', async () => {
    const talk = asked()
      .send(50, 1, { flags: RST | ACK })
      .send(950, 0, { length: 10 });
    expect(await told(talk)).toEqual(['idle originator 900 5-6']);
  });

  test('without the ACKs nobody knows what was on its way', async () => {
    expect((await sharesOf(middle(false))).limitedBy).toBe('unknown');
    expect((await sharesOf(middle(true))).limitedBy).toBe('path');
  });

  test('an ACK of what the capture lacks', async () => {
    const talk = askedThere().send(31, 1, { length: 100 });
    talk.send(500, 0, { behind: -4000 });
    expect(await told(talk)).toEqual(['capture-gap originator 469 5-6']);
  });

  test('an ACK that comes late, for no reason that is seen', async () => {
    const talk = askedThere().send(31, 1, { length: 1000 }).send(31.1, 1, { length: 1000 }).send(1200, 0);
    expect(await told(talk)).toEqual(['unknown originator 1169 6-7']);
  });

  test('a SYN-ACK that stands before its SYN tells of no round trip', async () => {
    const talk = new Talk().send(0, 0, { flags: SYN }).send(5, 1, { flags: SYN | ACK });
    talk.send(30, 0, { length: 100 }).send(150, 1, { length: 10 });
    const [syn, synAck] = talk.frames as [Frame, Frame];
    talk.frames.splice(0, 2, { ...syn, data: synAck.data }, { ...synAck, data: syn.data });
    // Longer than three times 30 ms, and shorter than the least timeout.
    expect(await told(talk)).toEqual([]);
  });

  test('a handshake that needs a second SYN', async () => {
    const talk = new Talk().send(0, 0, { flags: SYN }).send(1000, 0, { flags: SYN, back: 1 });
    talk.send(1020, 1, { flags: SYN | ACK }).send(1020.01, 0);
    expect(await told(talk)).toEqual(['handshake originator 1000 1-2']);
  });

  test('the longest sixteen are kept, all are counted', async () => {
    const talk = asked();
    for (let i = 0, at = 50; i < 40; i++) {
      talk
        .send(at, 1, { length: 1 })
        .send(at + 0.01, 0)
        .send(at + 200 + i, 0, { length: 1 });
      at += 220 + i;
    }
    const { count, seconds, longest } = await stallsOf(talk);
    expect(count).toBe(40);
    expect(seconds).toBeCloseTo(0.2 * 40 + 0.001 * 780, 2);
    expect(longest.map((stall) => Math.round(stall.seconds * 1000))).toEqual(
      Array.from({ length: 16 }, (_, i) => 224 + i),
    );
  });
});
