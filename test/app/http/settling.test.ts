/** When transactions are handed on, and what comes too late to be told of them. */
import { expect, test } from 'vitest';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import { Settling } from '../../../src/app/http/settling.ts';
import { MAX_RECENT_MESSAGES, MAX_UNSETTLED, MAX_UNSETTLED_BYTES } from '../../../src/app/limits.ts';
import { converse } from '../http1/conversation.ts';

function settling() {
  const told: [id: number, indexes: number[]][] = [];
  const over: number[] = [];
  const waiting = new Settling({
    settled: ({ id }, transactions) => void told.push([id, transactions.map(({ index }) => index)]),
    over: ({ id }) => void over.push(id),
  });
  return { told, over, waiting };
}

const one = (index: number, path = '/') => {
  const [transaction] = converse([
    ['>', `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['<', 'HTTP/1.1 204 No\r\n\r\n'],
  ]);
  return { ...transaction!, index };
};

test('all of a connection when it is over, in order', () => {
  const { told, over, waiting } = settling();
  const connection = waiting.open(7);
  for (const index of [2, 0, 1]) waiting.add(connection, one(index));
  expect(told).toEqual([]);
  waiting.over(connection);
  expect({ told, over }).toEqual({ told: [[7, [0, 1, 2]]], over: [7] });
});

test('the older half of a long connection, which no parser knows any more', () => {
  const { told, waiting } = settling();
  const connection = waiting.open(1);
  for (let index = 0; index < 2 * MAX_RECENT_MESSAGES; index++) waiting.add(connection, one(index));
  expect(told).toEqual([[1, Array.from({ length: MAX_RECENT_MESSAGES }, (_, i) => i)]]);
  expect(connection.transactions[0]!.request!.isSettled).toBe(false);
});

test('no more wait than there is room for', () => {
  const { told, waiting } = settling();
  const transaction = one(0);
  for (let id = 0; id <= MAX_UNSETTLED; id++) waiting.add(waiting.open(id), { ...transaction });
  expect(told).toEqual([[0, [0]]]);
  expect(transaction.request!.isSettled).toBe(true);
});

test('nor more bytes of heads', () => {
  const { told, waiting } = settling();
  const large = one(0, `/${'a'.repeat(60_000)}`);
  const most = Math.floor(MAX_UNSETTLED_BYTES / (large.request!.text.length + large.response!.text.length));
  for (let id = 0; id < most; id++) waiting.add(waiting.open(id), large);
  expect(told).toEqual([]);
  waiting.add(waiting.open(most), large);
  expect(told).toEqual([[0, [0]]]);
});

const at = (frame: number) => ({ frame, seconds: frame, nanoseconds: 0 });

test('bytes that come again after that are not counted, which is known', () => {
  const { waiting } = settling();
  const connection = waiting.open(0);
  const conversation = new HttpConversation({ closed: (transaction) => waiting.add(connection, transaction) });
  const push = (side: 0 | 1, text: string, frame: number): void => {
    const bytes = Buffer.from(text, 'latin1');
    conversation.push(side, { bytes, start: 0, end: bytes.length, offset: 0, sent: at(frame), now: at(frame) });
  };
  push(0, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 1);
  push(1, 'HTTP/1.1 204 No\r\n\r\n', 2);
  conversation.recovered(1, 3, 0.5);
  const [transaction] = connection.transactions;
  expect(transaction!.response!.recoverySeconds).toBe(0.5);
  transaction!.response!.isSettled = true;
  conversation.recovered(1, 3, 0.5);
  conversation.finish();
  expect(conversation.isLate).toBe(true);
  expect(transaction!.response!.recoverySeconds).toBe(0.5);
});
