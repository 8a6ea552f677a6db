/** The document of `messages`, but for its rows, which are made one at a time. */
import type { Message, Problem } from '../../app/framing/boundaries.ts';
import type { Cause } from '../../app/framing/causes.ts';
import type { ConnectionMessages } from '../../app/framing/gathered.ts';
import type { FramingProblem, Fields } from '../../app/decoder.ts';
import type { ReadPlan, Reads } from '../../app/framing/reads.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import type { OverlapPolicy } from '../../stream/overlap.ts';
import { heading, limitsReached } from '../documents.ts';
import { type SideName, sideNames } from '../ladder/model.ts';
import type { Heading } from '../model.ts';
import { isoTime } from '../times.ts';
import type { InferredRow } from './inferred.ts';
import { type ReadRow, type ReadsDocument, readRows, readsDocument } from './reads.ts';

export interface MessageRow {
  readonly connection: string;
  readonly side: SideName;
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly class: Message['class'];
  readonly cause: Cause | null;
  readonly segments: number;
  readonly frames: readonly number[];
  /** When its last byte could be read. */
  readonly time: string | null;
  readonly fields: Fields;
}

interface ProblemRow {
  readonly connection: string;
  readonly side: SideName;
  readonly start: number;
  readonly end: number;
  readonly problem: FramingProblem;
  readonly frame: number;
  /** For people, in English. */
  readonly text: string;
}

/** How many messages, by class; `both` are those that are sticky and split. */
interface Counts {
  readonly messages: number;
  readonly whole: number;
  readonly sticky: number;
  readonly split: number;
  readonly both: number;
  readonly incomplete: number;
}

interface Summary extends Counts {
  readonly problems: number;
  readonly causes: Readonly<Partial<Record<Cause, number>>>;
  readonly segmentsPerMessage: readonly { readonly segments: number; readonly messages: number }[];
  readonly messagesPerSegment: readonly { readonly messages: number; readonly segments: number }[];
}

export interface FramedConnection extends Counts {
  readonly connection: string;
  readonly framing: string;
  readonly originator: { readonly address: string; readonly port: number };
  readonly responder: { readonly address: string; readonly port: number };
}

export interface MessagesDocument extends Heading {
  readonly limitsReached: readonly string[];
  readonly overlapPolicy: OverlapPolicy;
  readonly summary: Summary;
  readonly connections: readonly FramedConnection[];
  readonly problems: readonly ProblemRow[];
  /** Null where no reads were asked for. */
  readonly reads: ReadsDocument | null;
  /** Null where nothing was to be inferred. */
  readonly inferred: readonly InferredRow[] | null;
  /** About streams and messages. */
  readonly findings: readonly Finding[];
}

/** A connection by its record, and its messages. */
export interface Framed {
  readonly id: number;
  readonly gathered: ConnectionMessages;
  /** Null where no reads were asked for. */
  readonly reads: Reads | null;
}

export interface FramedRun {
  /** In order of their numbers. */
  readonly framed: readonly Framed[];
  readonly policy: OverlapPolicy;
  /** Reads that are simulated; null for none. */
  readonly plan: ReadPlan | null;
  /** Framings of servers that no framing was given for; null where that was not asked. */
  readonly inferred: readonly InferredRow[] | null;
  /** Names of limits that were reached. */
  readonly limits: readonly string[];
}

export function messagesDocument(facts: Facts, run: FramedRun, findings: readonly Finding[]): MessagesDocument {
  const { framed, policy, plan, limits } = run;
  for (const limit of limits) facts.limits.add(limit);
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    overlapPolicy: policy,
    summary: summaryOf(framed),
    connections: framed.map((each) => connectionOf(facts, each)),
    problems: framed.flatMap((each) =>
      each.gathered.problems.map((problem) => problemRow(nameOf(facts, each.id), problem)),
    ),
    reads: plan && readsDocument(plan, allReadRows(facts, run)),
    inferred: run.inferred,
    findings,
  };
}

export function* messageRows(facts: Facts, { framed }: FramedRun): Generator<MessageRow> {
  for (const { id, gathered } of framed) {
    const connection = nameOf(facts, id);
    for (const message of gathered.messages) yield messageRow(connection, message);
  }
}

export function* allReadRows(facts: Facts, { framed }: FramedRun): Generator<ReadRow> {
  for (const each of framed) yield* readRows(nameOf(facts, each.id), each);
}

const nameOf = ({ connections }: Facts, id: number): string => `tcp:${connections.indexes()[id]!}`;

function messageRow(connection: string, message: Message): MessageRow {
  const { side, index, start, end, cause, segments, frames, readable, fields } = message;
  return {
    connection,
    side: sideNames[side],
    index,
    start,
    end,
    class: message.class,
    cause,
    segments,
    frames,
    time: isoTime(readable.seconds, readable.nanoseconds),
    fields,
  };
}

const problemRow = (connection: string, { side, start, end, problem, frame, text }: Problem): ProblemRow => ({
  connection,
  side: sideNames[side],
  start,
  end,
  problem,
  frame,
  text,
});

function connectionOf(facts: Facts, { id, gathered }: Framed): FramedConnection {
  const { connections: c } = facts;
  return {
    connection: nameOf(facts, id),
    framing: gathered.framing,
    originator: { address: c.address(id, 0), port: c.port(id, 0) },
    responder: { address: c.address(id, 1), port: c.port(id, 1) },
    ...countsOf([gathered]),
  };
}

function countsOf(all: readonly ConnectionMessages[]): Counts {
  const sum = (of: (each: ConnectionMessages) => number): number => all.reduce((total, each) => total + of(each), 0);
  const [whole, sticky, split, both] = (['whole', 'sticky', 'split', 'sticky+split'] as const).map((name) =>
    sum(({ classes }) => classes.get(name) ?? 0),
  ) as [number, number, number, number];
  const incomplete = sum((each) => each.incomplete.length);
  return { messages: whole + sticky + split + both, whole, sticky, split, both, incomplete };
}

function summaryOf(framed: readonly Framed[]): Summary {
  const all = framed.map(({ gathered }) => gathered);
  return {
    ...countsOf(all),
    problems: all.reduce((total, { problems }) => total + problems.length, 0),
    causes: Object.fromEntries(added(all.map((each) => each.causes)).toSorted((a, b) => b[1] - a[1])),
    segmentsPerMessage: ordered(all.map((each) => each.segmentsPerMessage)).map(([segments, messages]) => ({
      segments,
      messages,
    })),
    messagesPerSegment: ordered(all.map((each) => each.messagesPerSegment)).map(([messages, segments]) => ({
      messages,
      segments,
    })),
  };
}

/** The sums of several counts, as pairs. */
function added<Key>(counts: readonly ReadonlyMap<Key, number>[]): [Key, number][] {
  const sums = new Map<Key, number>();
  for (const each of counts) for (const [key, count] of each) sums.set(key, (sums.get(key) ?? 0) + count);
  return [...sums];
}

const ordered = (counts: readonly ReadonlyMap<number, number>[]): [number, number][] =>
  added(counts).toSorted((a, b) => a[0] - b[0]);
