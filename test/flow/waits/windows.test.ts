/** What is said of receive windows and first flights. Times are in milliseconds. */
import { expect, test } from 'vitest';
import type { EndpointRow } from '../../../src/report/model.ts';
import { RST } from '../../support/conversations.ts';
import { Talk, heard } from '../../support/talk.ts';

async function endsOf(talk: Talk): Promise<{ originator: EndpointRow; responder: EndpointRow }> {
  return (await heard(talk)).connsDocument().connections[0]!.endpoints;
}

test('least, greatest and last window, scaled; the SYN is not', async () => {
  const talk = new Talk(7).open(20, 20.01);
  talk.send(30, 0, { length: 10, window: 502 }).send(50, 1, { length: 10, window: 509 }).send(51, 0, { window: 480 });
  talk.send(52, 0, { length: 1, window: 501 });
  const { originator, responder } = await endsOf(talk);
  // The final ACK of the handshake has the window field of the SYN here, 60,000, which is scaled in it.
  expect(originator.window).toMatchObject({ scaleKnown: true, min: 480 * 128, max: 60_000 * 128, last: 501 * 128 });
  expect(responder.window).toMatchObject({ scaleKnown: true, min: 509 * 128, max: 509 * 128, last: 509 * 128 });
});

test('joined in the middle, the scale is not known: fields are given, and nothing is said of silly windows', async () => {
  const talk = new Talk(null).send(0, 0, { length: 10, window: 100 }).send(20, 1, { length: 10, window: 90 });
  talk.send(21, 0, { length: 10, window: 80 }).send(40, 1, { length: 10, window: 20 });
  const { originator, responder } = await endsOf(talk);
  expect(originator.window).toMatchObject({ scaleKnown: false, min: 80, max: 100, silly: 0, shrunk: 0 });
  expect(responder.window).toMatchObject({ scaleKnown: false, min: 20, silly: 0, shrunk: 0 });
  expect(originator.firstFlight).toBeUndefined();
});

test('a window that is drawn back, and one that only closes while data come in', async () => {
  const talk = new Talk().open(20, 20.01).send(30, 0, { length: 10, window: 10_000 }).send(50, 1, { length: 1000 });
  talk.send(51, 0, { window: 9000 }).send(70, 1, { length: 1000 }).send(71, 0, { window: 4000 });
  const { originator } = await endsOf(talk);
  // From the 60,000 of the handshake to 10,000, and from 9,000 to 4,000 upon 1,000 bytes.
  expect(originator.window!.shrunk).toBe(2);
});

test('less room than a segment is silly, none is not', async () => {
  const talk = new Talk().open(20, 20.01).send(30, 0, { length: 10 }).send(50, 1, { length: 1000 });
  for (const [i, window] of [100, 0, 1459, 1460].entries()) talk.send(51 + i, 0, { window });
  expect((await endsOf(talk)).originator.window!.silly).toBe(2);
});

test('half of what was offered at most is not silly, although a segment of the loopback is larger', async () => {
  // The SYN of `Talk` says 1,460 bytes.
  const small = new Talk(0, false, 1300).open(20, 20.01).send(30, 0, { length: 10 }).send(50, 1, { length: 1000 });
  for (const [i, window] of [1300, 700, 650, 640].entries()) small.send(51 + i, 0, { window });
  expect((await endsOf(small)).originator.window!.silly).toBe(1);
});

test('the scale is known although the last segment is a RST without an ACK', async () => {
  const talk = new Talk(7).open(20, 20.01).send(30, 0, { length: 10, window: 502 }).send(50, 1, { length: 10 });
  talk.send(51, 0, { window: 480 }).send(60, 0, { flags: RST, window: 0 });
  expect((await endsOf(talk)).originator.window).toMatchObject({ scaleKnown: true, min: 480 * 128 });
});

test('still closed when the capture ends', async () => {
  const talk = new Talk().open(20, 20.01).send(30, 1, { length: 1000 }).send(31, 0, { window: 0 });
  talk.send(531, 1, { back: 1 }).send(531.01, 0);
  const { window } = (await endsOf(talk)).originator;
  expect(window).toMatchObject({ closings: 1, closedAtEnd: true });
  expect(window!.closedSeconds).toBeCloseTo(0.50001, 6);
});

test('the first flight: what is sent before its first ACK', async () => {
  const talk = new Talk().open(0.01, 20).send(21, 0, { length: 300 });
  for (let i = 0; i < 10; i++) talk.send(22 + i / 100, 1, { length: 1000 });
  talk.send(42, 0, { behind: 8000 }).send(42.1, 1, { length: 1000 });
  const { originator, responder } = await endsOf(talk);
  expect(originator.firstFlight).toEqual({ bytes: 300, segments: 1 });
  expect(responder.firstFlight).toEqual({ bytes: 10_000, segments: 10 });
});
