/** Inferred framings for people: what to type, what to write in Java, and why. */
import { unknownTexts } from '../../../app/infer/infer.ts';
import type { InferredRow } from '../../messages/inferred.ts';
import { forTerminal } from '../../sanitize.ts';
import { count, endpoint } from '../format.ts';
import type { Style } from '../style.ts';

export function* inferredText(rows: readonly InferredRow[], style: Style): Generator<string> {
  if (rows.length === 0) yield 'no TCP connection with bytes to infer a framing from\n';
  for (const row of rows) {
    const { address, port, connections } = row;
    const name = style.strong(endpoint(address, port));
    yield `${name}  ${count(connections)} ${connections === 1 ? 'connection' : 'connections'} looked at\n`;
    yield* row.framing === null ? unknownLines(row) : knownLines(row);
    yield '\n';
  }
  const first = rows.find(({ framing }) => framing !== null);
  if (first !== undefined) yield `next: synoptic messages CAPTURE --frame ${quoted(frameOf(first))}\n`;
}

function* unknownLines({ unknown, originatorBytes, responderBytes }: InferredRow): Generator<string> {
  const bytes = `${count(originatorBytes)} B of originators and ${count(responderBytes)} B of responders`;
  yield `  cannot tell: ${unknownTexts[unknown ?? 'no-fit']} (${bytes})\n`;
}

function* knownLines(row: InferredRow): Generator<string> {
  const { netty, confidence, sides, alternatives, messages, shortest, longest, pauses, pausesAtEnds } = row;
  const all =
    (sides.includes('originator') ? row.originatorBytes : 0) + (sides.includes('responder') ? row.responderBytes : 0);
  const share = Math.floor((100 * row.explainedBytes) / all);
  yield `  --frame ${quoted(frameOf(row))}   confidence ${confidence.toFixed(2)}\n`;
  if (netty !== null) yield `  Netty   ${forTerminal(netty)}\n`;
  yield `  because ${count(messages)} ${messages === 1 ? 'message' : 'messages'} of ${range(shortest, longest)} explain ${share} % of ${count(all)} B; ${count(pausesAtEnds)} of ${count(pauses)} pauses are at ends\n`;
  if (sides.length === 1 && row.originatorBytes > 0 && row.responderBytes > 0) {
    yield `  only what the ${sides[0]!} sent; the other side speaks otherwise\n`;
  }
  if (alternatives.length > 0) yield `  as well ${alternatives.map((each) => forTerminal(each)).join(', ')}\n`;
}

const range = (from: number, to: number): string =>
  from === to ? `${count(to)} B` : `${count(from)} to ${count(to)} B`;
const frameOf = ({ port, framing }: InferredRow): string => `${port}=${framing ?? ''}`;

/** As a shell takes it. */
const quoted = (word: string): string =>
  /^[\w=:,.-]+$/.test(word) ? word : `'${forTerminal(word).replaceAll("'", String.raw`'\''`)}'`;
