/** Message boundaries for people: counts, segments over messages, and why. */
import { causeTexts } from '../../../app/framing/causes.ts';
import type { Finding } from '../../../detect/finding.ts';
import type { FramedConnection, MessageRow, MessagesDocument } from '../../messages/document.ts';
import { sideNames } from '../../ladder/model.ts';
import { forTerminal } from '../../sanitize.ts';
import type { ReadsDocument } from '../../messages/reads.ts';
import { count, duration, endpoint } from '../format.ts';
import type { Style } from '../style.ts';
import { inferredText } from './inferred.ts';
import { stripLines } from './strip.ts';

export interface MessagesTextOptions {
  readonly style: Style;
  /** Every segment has a row. */
  readonly full: boolean;
}

/** Connections that are drawn where not all are asked for. */
const MAX_DRAWN = 5;
const MAX_PROBLEMS = 10;

export function* messagesText(
  doc: MessagesDocument,
  rows: Iterable<MessageRow>,
  { style, full }: MessagesTextOptions,
): Generator<string> {
  const drawn = full ? doc.connections : doc.connections.filter(({ messages }) => messages > 0).slice(0, MAX_DRAWN);
  const names = new Set(drawn.map(({ connection }) => connection));
  const wanted = [...rows].filter(({ connection }) => names.has(connection));
  for (const connection of drawn) {
    yield `${titleLine(connection, style)}\n`;
    const messages = wanted.filter((message) => message.connection === connection.connection);
    for (const side of sideNames) {
      const own = messages.filter((message) => message.side === side);
      if (own.length > 0) yield `\n${stripLines(side, own, full).join('\n')}\n`;
    }
    yield '\n';
  }
  const rest = doc.connections.length - drawn.length;
  if (rest > 0) yield `${count(rest)} more ${rest === 1 ? 'connection' : 'connections'}; --full draws all\n\n`;
  if (doc.inferred === null || doc.connections.length > 0) yield* endLines(doc, style);
  if (doc.inferred === null) return;
  if (doc.connections.length > 0) yield '\n';
  yield* inferredText(doc.inferred, style);
}

function titleLine(connection: FramedConnection, style: Style): string {
  const { originator, responder, framing } = connection;
  const ends = `${endpoint(originator.address, originator.port)} > ${endpoint(responder.address, responder.port)}`;
  return `${style.strong(connection.connection)}  ${ends}  ${forTerminal(framing)}   ${countsText(connection)}`;
}

type Counts = Pick<FramedConnection, 'messages' | 'whole' | 'sticky' | 'split' | 'both' | 'incomplete'>;

function countsText({ messages, whole, sticky, split, both, incomplete }: Counts): string {
  const parts = [['whole', whole] as const, ['sticky', sticky] as const, ['split', split] as const];
  const counts = [...parts, ['both', both] as const, ['incomplete', incomplete] as const];
  const name = messages === 1 ? 'message' : 'messages';
  return `${count(messages)} ${name}   ${counts.map(([word, n]) => `${word} ${count(n)}`).join('  ')}`;
}

function* endLines(doc: MessagesDocument, style: Style): Generator<string> {
  const { summary, problems, connections, reads, findings } = doc;
  if (connections.length !== 1) yield `${style.strong('all')}  ${countsText(summary)}\n`;
  for (const { connection, side, start, end, problem, frame, text } of problems.slice(0, MAX_PROBLEMS)) {
    const place = `${connection} ${side}, bytes ${start} to ${end}, frame ${frame}`;
    yield `${style.severity('warning', `${problem}: ${place}: ${text}`)}\n`;
  }
  const hidden = problems.length - MAX_PROBLEMS;
  if (hidden > 0) yield `${count(hidden)} more of those; --json lists all\n`;
  for (const [cause, n] of Object.entries(summary.causes)) {
    yield `why: ${count(n)} ${cause}: ${causeTexts[cause as keyof typeof causeTexts]}\n`;
  }
  if (reads !== null) yield `${readsText(reads)}\n`;
  if (summary.messages > 0) {
    yield `segments per message: ${histogram(summary.segmentsPerMessage.map((row) => [row.segments, row.messages]))}\n`;
    yield `messages per segment: ${histogram(summary.messagesPerSegment.map((row) => [row.messages, row.segments]))}\n`;
  }
  yield* findingLines(findings, style);
}

const MAX_FINDINGS = 10;

/** What is worth more than information; that stands in the counts. */
function* findingLines(findings: readonly Finding[], style: Style): Generator<string> {
  const told = findings.filter(({ severity }) => severity !== 'info');
  for (const { severity, id, summary } of told.slice(0, MAX_FINDINGS)) {
    yield `${style.severity(severity, severity.toUpperCase())}  ${id}  ${forTerminal(summary)}\n`;
  }
  const hidden = told.length - MAX_FINDINGS;
  if (hidden > 0) yield `${count(hidden)} more findings; --json lists all\n`;
}

function readsText({ bufferBytes, delaySeconds, reads, withSeveral, withPart }: ReadsDocument): string {
  const busy = delaySeconds > 0 ? `, ${duration(delaySeconds)} after each other,` : '';
  const pieces = `${count(reads)} ${reads === 1 ? 'piece' : 'pieces'}`;
  return `read(${bufferBytes})${busy} would have returned ${pieces}: ${count(withSeveral)} with more than one message, ${count(withPart)} with a part of one`;
}

/** Values that are named one by one. */
const MAX_BARS = 8;

function histogram(rows: readonly (readonly [value: number, times: number])[]): string {
  const shown = rows.slice(0, MAX_BARS).map(([value, times]) => `${count(value)} (${count(times)}x)`);
  const rest = rows.slice(MAX_BARS).reduce((sum, [, times]) => sum + times, 0);
  return [...shown, ...(rest > 0 ? [`more (${count(rest)}x)`] : [])].join('  ');
}
