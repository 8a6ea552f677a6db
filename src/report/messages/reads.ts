/** Simulated reads beside the messages that they would have returned. */
import type { Head } from '../../app/framing/head.ts';
import type { Message } from '../../app/framing/boundaries.ts';
import type { ConnectionMessages } from '../../app/framing/gathered.ts';
import type { Read, ReadPlan } from '../../app/framing/reads.ts';
import type { Side } from '../../stream/segment.ts';
import { type SideName, sideNames } from '../ladder/model.ts';
import { Redaction } from '../follow/redaction.ts';
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
  /** Its first bytes as text, secrets covered; null where they are not kept. Not escaped. */
  readonly text: string | null;
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
export function* readRows(connection: string, { gathered, reads, head }: Framed): Generator<ReadRow> {
  if (reads === null) return;
  const redaction = head?.secrets ? new Redaction(head.secrets) : null;
  for (const side of [0, 1] as const) {
    const messages = rangesOf(gathered, side);
    let first = 0;
    for (const read of reads.list) {
      if (read.side !== side) continue;
      while (first < messages.length && messages[first]!.end <= read.start) first++;
      const text = head && textOf(head, redaction, read);
      yield { connection, side: sideNames[side], ...within(read, messages, first), text };
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

/** Bytes of a read that are shown. */
const MAX_SHOWN = 64;

function textOf(head: Head, redaction: Redaction | null, { side, start, end }: Read): string | null {
  const shown = Math.min(end, start + MAX_SHOWN);
  const bytes = head.bytes(side, start, shown);
  if (bytes === null) return null;
  const text = redaction === null ? bytes : redaction.label({ side, start, end: shown, bytes });
  return new TextDecoder().decode(text) + (shown < end ? '...' : '');
}

type Place = Omit<ReadRow, 'connection' | 'side' | 'text'>;

function within({ start, end }: Read, messages: readonly Range[], first: number): Place {
  let last = first;
  let wholeMessages = 0;
  for (; last < messages.length && messages[last]!.start < end; last++) {
    if (messages[last]!.start >= start && messages[last]!.end <= end) wholeMessages++;
  }
  const firstMessage = last > first ? messages[first]!.index : null;
  return { start, end, messages: last - first, wholeMessages, firstMessage };
}
