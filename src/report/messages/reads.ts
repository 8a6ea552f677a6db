/** Simulated reads beside the messages that they would have returned. */
import type { Message } from '../../app/framing/boundaries.ts';
import type { ConnectionMessages } from '../../app/framing/gathered.ts';
import type { Read, ReadPlan } from '../../app/framing/reads.ts';
import type { Side } from '../../stream/segment.ts';
import { type SideName, sideNames } from '../ladder/model.ts';
import type { Framed } from './document.ts';

export interface ReadRow {
  readonly connection: string;
  readonly side: SideName;
  readonly start: number;
  readonly end: number;
  /** Messages of which it has bytes, and those that it has from start to end. */
  readonly messages: number;
  readonly wholeMessages: number;
  /** Index of the first of them; null for bytes of none. */
  readonly firstMessage: number | null;
}

export interface ReadsDocument {
  readonly bufferBytes: number;
  readonly delaySeconds: number;
  readonly reads: number;
  /** Reads with bytes of more than one message, and with a part of one. */
  readonly withSeveral: number;
  readonly withPart: number;
}

export function readsDocument(plan: ReadPlan, rows: Iterable<ReadRow>): ReadsDocument {
  const sums = { reads: 0, withSeveral: 0, withPart: 0 };
  for (const { messages, wholeMessages } of rows) {
    sums.reads++;
    if (messages > 1) sums.withSeveral++;
    if (wholeMessages < messages) sums.withPart++;
  }
  return { bufferBytes: plan.bytes, delaySeconds: plan.delaySeconds, ...sums };
}

/** Rows of both sides, in the order in which the reads took place on each. */
export function* readRows(connection: string, { gathered, reads }: Framed): Generator<ReadRow> {
  if (reads === null) return;
  for (const side of [0, 1] as const) {
    const messages = rangesOf(gathered, side);
    let first = 0;
    for (const read of reads.list) {
      if (read.side !== side) continue;
      while (first < messages.length && messages[first]!.end <= read.start) first++;
      yield { connection, side: sideNames[side], ...within(read, messages, first) };
    }
  }
}

type Range = Pick<Message, 'index' | 'start' | 'end'>;

/** Messages of one side, and the one that has no end. */
function rangesOf({ messages, incomplete }: ConnectionMessages, side: Side): Range[] {
  const ranges: Range[] = messages.filter((message) => message.side === side);
  const last = incomplete.find((message) => message.side === side);
  if (last !== undefined) ranges.push({ index: ranges.length, start: last.start, end: Infinity });
  return ranges;
}

function within({ start, end }: Read, messages: readonly Range[], first: number): Omit<ReadRow, 'connection' | 'side'> {
  let last = first;
  let wholeMessages = 0;
  for (; last < messages.length && messages[last]!.start < end; last++) {
    if (messages[last]!.start >= start && messages[last]!.end <= end) wholeMessages++;
  }
  const firstMessage = last > first ? messages[first]!.index : null;
  return { start, end, messages: last - first, wholeMessages, firstMessage };
}
