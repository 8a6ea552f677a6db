/** Each cause by itself, in conversations written segment by segment, and what is close to it and is not. */
import { describe, expect, test } from 'vitest';
import { ACK, FIN, type Judged, type Step, answers, changed, judge, opening, sends } from './conversation.ts';

/** Cause, frame, trigger, place of the loss, proof. */
const told = ({ events }: Judged): unknown[][] =>
  events.map(({ cause, frame, triggerFrame, lost, spurious }) => [cause, frame, triggerFrame, lost, spurious]);

/** Cause, and milliseconds that were waited. */
const waits = ({ events }: Judged): unknown[][] =>
  events.map(({ cause, waitSeconds }) => [cause, Math.round(1000 * waitSeconds)]);

const dsack = (from: number, to: number): Partial<Step> => ({ sack: [[1000 * from, 1000 * to]] });

test('nothing is said of a conversation in order', async () => {
  const { events, recovery } = await judge([...opening(), ...sends(0.5, 0, 3), answers(0.6, 3)]);
  expect(events).toEqual([]);
  expect(recovery).toBeNull();
});

/** Byte 1000 is lost; three duplicates; it comes again after `delay`. */
const lost = (delay: number, duplicates = 3, stamp?: null): Step[] =>
  [
    ...opening(),
    ...sends(0.5, 0, 1),
    ...sends(0.502, 2, 4),
    answers(0.51, 1),
    ...Array.from({ length: duplicates }, (_, i) => answers(0.511 + i / 1000, 1)),
    { at: 0.513 + delay, from: 'server' as const, byte: 1000, ack: 50 },
    answers(0.514 + delay, 6),
  ].map((step) => (stamp === null ? changed(step, { stamp }) : step));

describe('fast retransmit', () => {
  test.each([0.0005, 0.02, 0.2, 0.25])('%f s after the third duplicate, which is named', async (delay) => {
    expect(told(await judge(lost(delay)))).toEqual([['fast-retransmit', 14, 13, 'before', null]]);
    expect(told(await judge(lost(delay, 3, null)))).toEqual([['fast-retransmit', 14, 13, 'before', null]]);
  });

  test('a capture in front of the loss saw the first transmission', async () => {
    const steps = [
      ...opening(),
      ...sends(0.5, 0, 6),
      answers(0.69, 1),
      ...[1, 2, 3].map((i) => answers(0.69 + i / 1000, 1)),
    ];
    const judged = await judge([...steps, { at: 0.694, from: 'server', byte: 1000, ack: 50 }, answers(0.89, 6)]);
    expect(told(judged)).toEqual([['fast-retransmit', 15, 14, 'after', null]]);
    expect(judged.recovery).toMatchObject({ fastRetransmits: 1, lostAfterTap: 1, lostBeforeTap: 0, spurious: 0 });
    expect(judged.recovery!.recoverySeconds).toBeCloseTo(0.2 - 0.001, 6);
  });

  test('two duplicates and a long silence are a timeout', async () => {
    expect(told(await judge(lost(0.6, 2)))).toEqual([['timeout', 13, null, 'before', null]]);
  });

  test('copies of one duplicate are one', async () => {
    const copy = answers(0.511, 1, { id: 102 });
    const steps: Step[] = [...opening(), ...sends(0.5, 0, 6), answers(0.51, 1, { id: 103 })];
    const judged = await judge([
      ...steps,
      ...[0, 1, 2].map((i) => changed(copy, { id: 104, at: 0.511 + i / 1e5, stamp: 511 })),
      { at: 1.1, from: 'server', byte: 1000, ack: 50 },
    ]);
    expect(told(judged).map(([cause]) => cause)).toEqual(['timeout']);
  });
});

describe('what SACK reports', () => {
  test('one report of a hole, and a second hole in the same recovery', async () => {
    const judged = await judge([
      ...opening(),
      ...sends(0.5, 0, 6),
      answers(0.69, 1, { sack: [[2000, 3000]] }),
      answers(0.691, 1, {
        sack: [
          [2000, 3000],
          [4000, 6000],
        ],
      }),
      { at: 0.6915, from: 'server', byte: 1000, ack: 50 },
      { at: 0.6925, from: 'server', byte: 3000, ack: 50 },
      answers(0.89, 6),
    ]);
    expect(told(judged)).toEqual([
      ['sack-recovery', 13, 12, 'after', null],
      ['sack-recovery', 14, 12, 'after', null],
    ]);
  });

  test('upon the answer to a probe: what follows the first waited for nothing more', async () => {
    const probed: Step[] = [
      ...opening(),
      ...sends(0.5, 0, 6),
      again(0.905, 5),
      answers(1.1, 0, { sack: [[5000, 6000]] }),
      again(1.11, 0),
      again(1.12, 1),
    ];
    const recovery = [
      ['tail-loss-probe', 400],
      ['sack-recovery', 10],
      ['sack-recovery', 0],
    ];
    expect(waits(await judge(probed))).toEqual(recovery);
    // A recovery of its own knows nothing of a probe in the one before.
    const probeOnly = [...probed.slice(0, 11), answers(1.1, 6)];
    const later: Step[] = [
      ...sends(1.5, 6, 6),
      answers(1.69, 6, { sack: [[8000, 12_000]] }),
      again(1.7, 6),
      again(1.71, 7),
    ];
    expect(waits(await judge([...probeOnly, ...later]))).toEqual(recovery);
  });

  test('without reports the ACK of a part shows the next hole', async () => {
    const steps = [
      ...opening(),
      ...sends(0.5, 0, 6),
      answers(0.69, 1),
      ...[1, 2, 3].map((i) => answers(0.69 + i / 1000, 1)),
    ];
    const judged = await judge([
      ...steps,
      { at: 0.694, from: 'server', byte: 1000, ack: 50 },
      answers(0.89, 3),
      { at: 0.891, from: 'server', byte: 3000, ack: 50 },
      answers(1.09, 6),
    ]);
    expect(told(judged).map(([cause]) => cause)).toEqual(['fast-retransmit', 'partial-ack']);
    expect(judged.recovery!.recoverySeconds).toBeCloseTo(1.09 - 0.691, 6);
  });
});

const again = (at: number, thousand: number): Step => ({ at, from: 'server', byte: 1000 * thousand, ack: 50 });
const fin = (at: number): Step => ({ at, from: 'server', byte: 1000, ack: 50, flags: FIN | ACK });

test('what a recovery sent again and lost is sent by the timer, though duplicates came until then', async () => {
  const steps: Step[] = [
    ...opening(),
    ...sends(0.5, 0, 6),
    answers(0.69, 1),
    ...[1, 2, 3].map((i) => answers(0.69 + i / 1000, 1)),
    { at: 0.694, from: 'server', byte: 1000, ack: 50 },
    // Each duplicate lets something new go.
    ...Array.from({ length: 20 }, (_, i) => [...sends(0.7 + i / 40, 6 + i, 1), answers(0.71 + i / 40, 1)]).flat(),
    { at: 1.3, from: 'server', byte: 1000, ack: 50 },
    { at: 1.301, from: 'server', byte: 2000, ack: 50 },
  ];
  const { events } = await judge(steps.map((step) => changed(step, { stamp: null })));
  expect(events.map(({ cause }) => cause)).toEqual(['fast-retransmit', 'timeout', 'after-timeout']);
});

test('at the receiver, duplicates of the ACK of a part come before what it has sent', async () => {
  const steps: Step[] = [
    ...opening(0.1),
    ...[0, 2, 4, 5, 6, 7].map((i) => sends(0.5 + i / 1000, i, 1)[0]!),
    ...[1, 2, 3, 4, 5].map((i) => answers(0.508 + i / 1000, 1)),
    { at: 0.713, from: 'server', byte: 1000, ack: 50 },
    answers(0.713_1, 3),
    ...sends(0.714, 8, 4).flatMap((step) => [step, answers(step.at + 0.000_1, 3)]),
    { at: 0.914, from: 'server', byte: 3000, ack: 50 },
  ];
  const { events } = await judge(steps.map((step) => changed(step, { stamp: null })));
  expect(events.map(({ cause, lost: place }) => [cause, place])).toEqual([
    ['fast-retransmit', 'before'],
    ['partial-ack', 'before'],
  ]);
});

describe('timers', () => {
  test('timeouts in a row, each with its wait, and what follows the last', async () => {
    const { events, recovery } = await judge([
      ...opening(),
      ...sends(0.5, 0, 3),
      again(1.102, 0),
      again(2.3, 0),
      answers(2.5, 1),
      again(2.501, 1),
      again(2.502, 2),
      answers(2.7, 3),
    ]);
    expect(events.map(({ cause, backoff }) => [cause, backoff])).toEqual([
      ['timeout', 1],
      ['timeout', 2],
      ['after-timeout', 0],
      ['after-timeout', 0],
    ]);
    expect(events.map(({ waitSeconds }) => Math.round(1000 * waitSeconds))).toEqual([600, 1198, 0, 0]);
    expect(recovery).toMatchObject({ timeouts: 2, afterTimeout: 2, lostAfterTap: 4, longestWaitSeconds: 1.198 });
    expect(recovery!.timeoutSeconds).toBeCloseTo(1.798, 6);
    expect(recovery!.recoverySeconds).toBeCloseTo(2.7 - 0.502, 6);
  });

  test('what was on its way when all of it was acknowledged still follows the timeout', async () => {
    const judged = await judge([
      ...opening(),
      ...sends(0.5, 0, 3),
      again(1.102, 0),
      answers(1.11, 3),
      again(1.111, 1),
      again(1.112, 2),
    ]);
    expect(told(judged).map(([cause]) => cause)).toEqual(['timeout', 'after-timeout', 'after-timeout']);
  });

  test('the last of several is a probe', async () => {
    expect(told(await judge([...opening(), ...sends(0.5, 0, 3), again(0.902, 2)]))).toEqual([
      ['tail-loss-probe', 8, null, 'after', null],
    ]);
  });

  test('a lone segment: a probe, unless the next wait is twice as long', async () => {
    const lone = [...opening(), ...sends(0.5, 0, 1), again(1.1, 0)];
    expect((await judge(lone)).events.map(({ cause }) => cause)).toEqual(['tail-loss-probe']);
    const doubled = await judge([...lone, again(2.3, 0)]);
    expect(doubled.events.map(({ cause, backoff }) => [cause, backoff])).toEqual([
      ['timeout', 1],
      ['timeout', 2],
    ]);
    expect(doubled.recovery).toMatchObject({ tailLossProbes: 0, timeouts: 2 });
    const equal = await judge([...lone, again(1.75, 0)]);
    expect(equal.events.map(({ cause }) => cause)).toEqual(['tail-loss-probe', 'timeout']);
  });

  test('sooner than any timer, without any report: nobody knows', async () => {
    expect(told(await judge([...opening(), ...sends(0.5, 0, 3), again(0.51, 0)]))).toEqual([
      ['unexplained', 8, null, 'after', null],
    ]);
  });

  test('a FIN that is sent again has no place where it was lost', async () => {
    expect(told(await judge([...opening(), ...sends(0.5, 0, 1), answers(0.7, 1), fin(0.8), fin(1.4)]))).toEqual([
      ['tail-loss-probe', 8, null, null, null],
    ]);
  });
});

describe('needless', () => {
  const late: Step[] = [...opening(), ...sends(0.5, 0, 2), { at: 1.101, from: 'server', byte: 0, ack: 50 }];

  test('the receiver reports a duplicate', async () => {
    const judged = await judge([...late, answers(1.2, 2, { echo: 1101 }), answers(1.201, 2, dsack(0, 1))]);
    expect(told(judged)).toEqual([['timeout', 7, null, null, 'dsack']]);
    expect(judged.recovery).toMatchObject({ spurious: 1, lostAfterTap: 0 });
  });

  test('a report of its end only is no proof: the rest was missing', async () => {
    const judged = await judge([
      ...opening(),
      ...sends(0.5, 1, 1),
      answers(0.6, 0, { sack: [[1000, 2000]] }),
      { at: 1.1, from: 'server', byte: 0, length: 2000, ack: 50 },
      answers(1.2, 2, dsack(1, 2)),
    ]);
    expect(told(judged)).toEqual([['timeout', 7, null, 'before', null]]);
  });

  test('the first ACK of it answers the first transmission', async () => {
    expect(told(await judge([...late, answers(1.2, 2, { echo: 501 })]))).toEqual([
      ['timeout', 7, null, null, 'timestamps'],
    ]);
    // It answers the second one: so that was needed.
    expect(told(await judge([...late, answers(1.2, 2, { echo: 1101 })]))).toEqual([
      ['timeout', 7, null, 'after', null],
    ]);
  });

  test('it had been acknowledged', async () => {
    const judged = await judge([
      ...opening(),
      ...sends(0.5, 0, 2),
      answers(0.6, 2),
      { at: 1.2, from: 'server', byte: 0, ack: 50 },
    ]);
    expect(told(judged)).toEqual([['timeout', 8, null, null, 'acknowledged']]);
  });

  test('the first transmission comes behind it', async () => {
    const judged = await judge([
      ...opening(),
      ...sends(0.5, 0, 1),
      ...sends(0.502, 2, 4),
      answers(0.51, 1),
      ...[1, 2, 3].map((i) => answers(0.51 + i / 1000, 1)),
      { at: 0.713, from: 'server', byte: 1000, ack: 50, id: 110 },
      { at: 0.714, from: 'server', byte: 1000, ack: 50, stamp: 501, id: 102 },
    ]);
    expect(told(judged)).toEqual([
      ['fast-retransmit', 14, 13, null, 'original'],
      ['reordered', 15, null, null, null],
    ]);
    expect(judged.recovery).toMatchObject({ spurious: 1, lostBeforeTap: 0, reordered: 1, captureGaps: 0 });
  });
});

const plain = (step: Step): Step => changed(step, { stamp: null });

/** Twelve segments and their ACKs, then three duplicates for the next one, and its ACK so long after it came again. */
const hurried = (later: number, count: number): Step[] => [
  ...opening(),
  ...Array.from({ length: count }, (_, i) => [...sends(0.5 + i / 2, i, 1), answers(0.7 + i / 2, i + 1)]).flat(),
  ...sends(10, count, 5),
  ...[0, 1, 2].map((i) => answers(10.2 + i / 1000, count)),
  { at: 10.203, from: 'server', byte: 1000 * count, ack: 50 },
  answers(10.203 + later, count + 5),
];

describe('acknowledged sooner than any answer comes', () => {
  test.each([
    [0.09, 12, 'early-ack', null],
    [0.11, 12, null, 'after'],
    // Few round trips may all have been slow.
    [0.09, 8, null, 'after'],
  ])('%f s after it, of a round trip of 0.2 s, measured %i times', async (later, count, proof, where) => {
    const judged = await judge(hurried(later, count).map(plain));
    expect(judged.events.map(({ cause, spurious, lost: place }) => [cause, spurious, place])).toEqual([
      ['fast-retransmit', proof, where],
    ]);
    expect(judged.recovery).toMatchObject({ spurious: proof === null ? 0 : 1, lostAfterTap: proof === null ? 1 : 0 });
  });

  test('timestamps know better', async () => {
    expect((await judge(hurried(0.09, 12))).events.map(({ spurious }) => spurious)).toEqual([null]);
  });
});

/** One direction; each of three segments is sent again after half a second. */
test('without ACKs, a timeout behind new data is the first one', async () => {
  const steps = [0, 1, 2].flatMap((i): Step[] => [
    { at: 0.5 + i, from: 'server', byte: 1000 * i, ack: 50 },
    { at: 1 + i, from: 'server', byte: 1000 * i, ack: 50 },
  ]);
  const twice: Step = { at: 3.9, from: 'server', byte: 2000, ack: 50 };
  const judged = await judge([...steps, twice]);
  expect(judged.events.map(({ cause, backoff }) => [cause, backoff])).toEqual([
    ['timeout', 1],
    ['timeout', 1],
    ['timeout', 1],
    ['timeout', 2],
  ]);
});

const same = (step: Step): Step => changed(step, { stamp: null, id: 500 });
const kept = (at: number): Step => same(again(at, 1));
const acks = (at: number, thousands: number): Step => answers(at, thousands, { id: 900 });
const opened = (): Step[] => opening().map(plain);

describe('identifications that tell nothing', () => {
  test('all data with the same: asked for by duplicates, close behind another segment', async () => {
    const judged = await judge(
      [
        ...opened(),
        ...sends(0.5, 0, 1).map(same),
        ...sends(0.502, 2, 4).map(same),
        answers(0.51, 1),
        ...[1, 2, 3].map((i) => answers(0.51 + i / 1000, 1)),
        ...sends(0.712, 6, 1).map(same),
        same({ at: 0.7125, from: 'server', byte: 1000, ack: 50 }),
        answers(0.72, 7),
      ].map(plain),
    );
    expect(told(judged).map(([cause]) => cause)).toEqual(['fast-retransmit']);
  });

  test('all ACKs with the same: those that repeat one are no copies of it', async () => {
    const steps = [
      ...opened(),
      ...sends(0.5, 0, 2),
      acks(0.51, 1),
      acks(0.52, 2),
      ...sends(0.53, 3, 4),
      ...[0, 1, 2].map((i) => acks(0.54 + i / 1000, 2)),
      again(0.55, 2),
    ];
    for (const shortcuts of [true, false]) {
      const judged = await judge(steps.map(plain), shortcuts);
      expect(told(judged).map(([cause]) => cause)).toEqual(['fast-retransmit']);
    }
  });

  test('what is sent again keeps its own: it is no copy', async () => {
    const judged = await judge([
      ...opened(),
      ...sends(0.5, 0, 1).map(plain),
      kept(0.501),
      kept(0.651),
      kept(1.251),
      kept(2.451),
    ]);
    expect(told(judged).map(([cause]) => cause)).not.toContain('duplicate-frame');
    expect(judged.recovery).toMatchObject({ captureDuplicates: 0 });
  });

  test.each([
    [0.05, ['duplicate-frame']],
    [0.15, ['unexplained']],
  ])('nothing tells, and it comes %f s later, of a round trip of 0.2 s', async (later, causes) => {
    const judged = await judge([...opened(), ...sends(0.5, 0, 2).map(same), kept(0.501 + later)]);
    expect(told(judged).map(([cause]) => cause)).toEqual(causes);
  });

  test('a copy has the same, and comes at once', async () => {
    const one = same({ at: 0.501, from: 'server', byte: 1000, ack: 50 });
    const judged = await judge(
      [
        ...opened(),
        ...sends(0.5, 0, 1).map(plain),
        one,
        { ...one, at: 0.501_1 },
        { ...one, at: 0.502 },
        answers(0.6, 2),
      ].map(plain),
    );
    expect(told(judged).map(([cause]) => cause)).toEqual(['duplicate-frame', 'duplicate-frame']);
  });
});

describe('not sent again', () => {
  test.each([
    ['timestamps', undefined],
    ['identifications', null],
  ])('overtaken by three segments, as %s tell', async (_name, stamp) => {
    const steps: Step[] = [
      ...opening(),
      ...sends(0.5, 0, 1),
      ...sends(0.502, 2, 3).map((step, i) => changed(step, { id: 103 + i })),
      { at: 0.55, from: 'server', byte: 1000, ack: 50, id: 102, stamp: 501 },
      ...sends(0.56, 5, 1).map((step) => changed(step, { id: 106 })),
    ];
    const judged = await judge(steps.map((step) => (stamp === null ? changed(step, { stamp }) : step)));
    expect(told(judged)).toEqual([['reordered', 9, null, null, null]]);
    expect(judged.events[0]).toMatchObject({ segments: 3 });
    expect(judged.recovery).toMatchObject({
      resentSegments: 0,
      reordered: 1,
      reorderDistanceSegments: 3,
      reorderDistanceBytes: 4000,
    });
    expect(judged.recovery!.reorderDistanceSeconds).toBeCloseTo(0.048, 6);
  });

  test.each([0.000_01, 0.004])('the same packet recorded twice, %f s apart', async (later) => {
    const first = sends(0.5, 0, 1)[0]!;
    const copy = { ...first, at: 0.5 + later, stamp: 500, id: 101 };
    const behind = later > 0.001 ? sends(0.501, 1, 2) : [];
    const judged = await judge([...opening(), first, ...behind, copy, answers(0.6, 1 + behind.length)]);
    expect(told(judged)).toEqual([['duplicate-frame', 6 + behind.length, null, null, null]]);
    expect(judged.recovery).toMatchObject({ captureDuplicates: 1, networkDuplicates: 0, resentSegments: 0 });
  });

  test('a copy that its receiver reports was made by the network', async () => {
    const first = sends(0.5, 0, 1)[0]!;
    const judged = await judge([
      ...opening(),
      first,
      { ...first, at: 0.5001, stamp: 500, id: 101 },
      answers(0.6, 1),
      answers(0.6001, 1, dsack(0, 1)),
    ]);
    expect(judged.recovery).toMatchObject({ captureDuplicates: 0, networkDuplicates: 1 });
  });
});

/** A fast retransmit of the first of `count` segments, which `lag` new ones overtake on their way. */
const overtakenResend = (count: number, lag: number): Step[] => [
  ...opening(),
  ...sends(0.5, 0, count),
  ...[0, 1, 2].map((i) => answers(0.69 + i / 1000, 0)),
  ...sends(0.694, count, lag).map((step, i) => changed(step, { id: 102 + count + i, stamp: 694 })),
  { at: 0.7, from: 'server', byte: 0, ack: 50, id: 101 + count, stamp: 694 },
];

describe('overtaken, and seen before', () => {
  // So many segments behind, of 1460 bytes each, and two more: a copy would be no further back.
  test.each([
    [3, 1, 'duplicate-frame'],
    [4, 1, 'fast-retransmit'],
    [4, 4, 'duplicate-frame'],
    [5, 4, 'fast-retransmit'],
  ])('the first of %i, and %i segments passed it', async (count, lag, cause) => {
    expect(told(await judge(overtakenResend(count, lag))).map(([each]) => each)).toEqual([cause]);
  });
});

test('a needless one that is overtaken itself does not set the clock back', async () => {
  const judged = await judge([
    ...opening(),
    ...sends(0.5, 0, 6),
    answers(0.69, 6),
    { at: 0.7, from: 'server', byte: 6000, ack: 50, id: 107, stamp: 700 },
    { at: 0.705, from: 'server', byte: 8000, ack: 50, id: 110, stamp: 705 },
    // Sent again at 703, before the one that came last, and on its way longer.
    { at: 0.706, from: 'server', byte: 1000, ack: 50, id: 109, stamp: 703 },
    { at: 0.71, from: 'server', byte: 7000, ack: 50, id: 108, stamp: 704 },
  ]);
  expect(judged.events.map((event) => [event.cause, event.lost])).toEqual([
    ['unexplained', null],
    ['reordered', null],
  ]);
});

test('more holes than there is room for were lost before the capture all the same', async () => {
  const holes = Array.from({ length: 40 }, (_, i) => 2 * i + 1);
  const judged = await judge([
    ...opening(0.1),
    ...sends(0.5, 0, 1),
    ...holes.map((i) => sends(0.5 + i / 1000, i + 1, 1)[0]!),
    ...[1, 2, 3].map((i) => answers(0.59 + i / 1000, 1, { sack: [[80_000, 81_000]] })),
    ...holes.map((i): Step => ({ at: 0.8 + i / 1000, from: 'server', byte: 1000 * i, ack: 50 })),
    answers(0.9, 81),
  ]);
  expect(judged.events.map(({ lost: place }) => place)).toEqual(holes.map(() => 'before'));
  expect(judged.recovery).toMatchObject({ lostBeforeTap: 40, lostAfterTap: 0, holesForgotten: true });
  expect(judged.recovery).toMatchObject({ captureGaps: 0, captureGapBytes: 0 });
});

describe('gaps of the capture', () => {
  test('acknowledged and never seen, with segments behind', async () => {
    const { recovery } = await judge([...opening(), ...sends(0.5, 0, 1), ...sends(0.505, 3, 1), answers(0.6, 4)]);
    expect(recovery).toMatchObject({ captureGaps: 1, captureGapBytes: 2000, lostBeforeTap: 0 });
  });

  test('acknowledged and never seen, behind all that was', async () => {
    const { recovery } = await judge([...opening(), ...sends(0.5, 0, 1), answers(0.6, 4)]);
    expect(recovery).toMatchObject({ captureGaps: 1, captureGapBytes: 3000 });
  });

  test('a hole that is filled is none', async () => {
    const { recovery } = await judge([
      ...opening(),
      ...sends(0.5, 0, 1),
      ...sends(0.502, 2, 1),
      { at: 0.51, from: 'server', byte: 1000, ack: 50, stamp: 501 },
      answers(0.6, 3),
    ]);
    expect(recovery).toMatchObject({ captureGaps: 0, captureGapBytes: 0, reordered: 1 });
  });
});
