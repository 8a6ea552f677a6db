/** Reassembly: order, holes, resent bytes, odd segments. */
import { describe, expect, test } from 'vitest';
import { ACK, FIN, RST, SYN } from '../../src/wire/tcp.ts';
import { Conversation, type Sent, told } from './conversation.ts';

const syn: Sent = { at: -1, flags: SYN };

describe('what a side sent', () => {
  test.each<[name: string, segments: readonly Sent[], text: string]>([
    ['in order', [syn, { data: 'one ' }, { at: 4, data: 'two' }], 'one two'],
    [
      'out of order',
      [syn, { at: 4, data: 'two' }, { at: 8, data: 'end' }, { data: 'one ' }, { at: 7, data: ' ' }],
      'one two end',
    ],
    ['twice', [syn, { data: 'one' }, { data: 'one' }, { at: 3, data: '!' }], 'one!'],
    ['resent with more', [syn, { data: 'one' }, { data: 'one two' }], 'one two'],
    [
      'joined in the middle',
      [
        { at: 500, data: 'one' },
        { at: 503, data: ' two' },
      ],
      'one two',
    ],
    [
      'joined in the middle: what came before stays out',
      [
        { at: 500, data: 'one' },
        { at: 400, data: 'old' },
      ],
      'one',
    ],
    [
      'a keep-alive with a byte of garbage',
      [syn, { data: 'one' }, { at: 2, data: '\0' }, { at: 3, data: '!' }],
      'one!',
    ],
    [
      'data on the SYN',
      [
        { at: -1, flags: SYN, data: 'early ' },
        { at: 6, data: 'late' },
      ],
      'early late',
    ],
    ['data on the SYN that came again', [{ at: -1, flags: SYN, data: 'early' }, { data: 'early!' }], 'early!'],
    ['a second SYN with another number', [syn, { at: 99, flags: SYN }, { at: 100, data: 'one' }], 'one'],
    ['data with the FIN', [syn, { data: 'one', flags: ACK | FIN }, { data: 'one', flags: ACK | FIN }], 'one'],
    ['data behind the FIN', [syn, { data: 'one', flags: ACK | FIN }, { at: 3, data: 'more' }], 'one'],
    ['the FIN overtakes', [syn, { at: 3, data: '!', flags: ACK | FIN }, { data: 'one' }], 'one!'],
    ['text on a RST', [syn, { data: 'one' }, { at: 3, data: 'go away', flags: RST }], 'one'],
    ['a byte that the snaplen cut', [syn, { data: 'one', captured: 1 }, { at: 3, data: '!' }], 'o<2 cut>!'],
    ['all cut', [syn, { data: 'one', captured: 0 }, { at: 3, data: '!' }], '<3 cut>!'],
    [
      'cut behind a hole',
      [syn, { at: 3, data: 'two', captured: 1 }, { data: 'one' }, { at: 6, data: '!' }],
      'onet<2 cut>!',
    ],
    [
      'cut once, whole later',
      [syn, { at: 3, data: 'two', captured: 1 }, { at: 3, data: 'two' }, { data: 'one' }],
      'onetwo',
    ],
    [
      'cut twice',
      [syn, { at: 3, data: 'two', captured: 1 }, { at: 3, data: 'two', captured: 2 }, { data: 'one' }],
      'onetw<1 cut>',
    ],
    ['never acknowledged behind a hole', [syn, { at: 5, data: 'end' }], '<5 lost>end'],
    ['nothing', [syn], ''],
  ])('%s', (_, segments, text) => {
    expect(told(segments).text()).toBe(text);
  });
});

describe('a hole', () => {
  test('is given up when the peer acknowledged bytes behind it', () => {
    const c = new Conversation();
    c.send(syn);
    c.send({ at: 3, data: 'two' });
    c.send({ side: 1, ack: 3 });
    expect(c.recorder.text()).toBe('');
    c.send({ side: 1, ack: 6 });
    expect(c.recorder.text()).toBe('<3 lost>two');
    c.send({ data: 'one' });
    expect(c.finish().text()).toBe('<3 lost>two');
  });

  test('keeps the rest behind a second one', () => {
    const c = new Conversation();
    c.send(syn);
    c.send({ at: 1, data: 'b' });
    c.send({ at: 3, data: 'd' });
    c.send({ side: 1, ack: 3 });
    expect(c.recorder.text()).toBe('<1 lost>b');
    c.send({ at: 2, data: 'c' });
    expect(c.recorder.text()).toBe('<1 lost>bcd');
  });

  test('frames: which brought the bytes, which made them readable', () => {
    const { told: rows } = told([syn, { at: 3, data: 'two' }, { data: 'one' }]);
    expect(rows.map(({ what, frames }) => `${what} ${frames.join()}`)).toEqual(['one 3,3', 'two 2,3', '<end> 0,0']);
  });
});

describe('a byte against a shut window', () => {
  const shut: Sent = { side: 1, window: 0 };

  test('waits until it is acknowledged', () => {
    const c = new Conversation();
    for (const each of [syn, shut, { data: 'x' }]) c.send(each);
    expect(c.recorder.text()).toBe('');
    c.send({ side: 1, ack: 1 });
    expect(c.recorder.text()).toBe('x');
  });

  test('gives way to what comes in its place', () => {
    const c = new Conversation();
    for (const each of [syn, shut, { data: '?' }, { side: 1 as const, window: 100 }, { data: 'xyz' }]) c.send(each);
    expect(c.recorder.text()).toBe('xyz');
    expect(c.stream.directions[0].conflicts.count).toBe(0);
  });

  test('is told when the capture ends', () => {
    expect(told([syn, shut, { data: 'x' }]).text()).toBe('x');
  });
});

test('both directions, half closed', () => {
  const { told: rows } = told([
    syn,
    { side: 1, at: -1, flags: SYN | ACK },
    { data: 'ask', flags: ACK | FIN },
    { side: 1, data: 'answer', ack: 4 },
    { side: 1, at: 6, flags: ACK | FIN, ack: 4 },
  ]);
  expect(rows.map(({ side, what }) => `${side}${what}`)).toEqual(['0ask', '0<end>', '1answer', '1<end>']);
});

describe('conflicts', () => {
  test('are found in the last 64 KiB', () => {
    const c = new Conversation();
    c.send(syn);
    const block = new Uint8Array(1000).fill(65);
    for (let at = 0; at < 200_000; at += 1000) c.send({ at, data: block });
    c.send({ at: 199_500, data: 'AAbA' });
    c.send({ at: 150_000, data: 'b' });
    c.send({ at: 100, data: 'bb' });
    const [{ conflicts, uncomparedBytes, resentBytes }] = c.stream.directions;
    expect(conflicts.list.map(({ start, end, keptFrame }) => [start, end, keptFrame])).toEqual([
      [199_502, 199_503, 201],
      [150_000, 150_001, 152],
    ]);
    expect([uncomparedBytes, resentBytes]).toEqual([2, 7]);
  });
});
