/** `synoptic conn CAPTURE ID`: one connection, segment by segment. */
import type { Analysis } from '../analyze.ts';
import { detectAll } from '../detect/index.ts';
import { LadderRecorder } from '../flow/ladder/recorder.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { type ConnDocument, connDocument } from '../report/ladder/document.ts';
import { segmentRows } from '../report/ladder/rows.ts';
import { rungsOf } from '../report/ladder/rungs.ts';
import { type Subject, subjectOf } from '../report/ladder/subject.ts';
import { forTerminal } from '../report/sanitize.ts';
import { DEFAULT_WIDTH, terminalWidth, writeAll } from './commands.ts';
import { UsageError } from './exit-codes.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';

export interface ConnectionName {
  readonly transport: 'tcp' | 'udp';
  readonly index: number;
}

export interface ConnOptions extends CommonOptions {
  readonly connection: ConnectionName;
  /** No segment is folded away. */
  readonly full: boolean;
}

const EXPECTED =
  '  expected: synoptic conn CAPTURE ID, where ID is tcp:3, 3 (the same) or udp:3; see synoptic conns CAPTURE';

/** The last word is the id, those before it are captures. */
export function readConnWords(words: readonly string[]): { captures: string[]; connection: ConnectionName } {
  const id = words.at(-1);
  if (id === undefined) throw new UsageError(`conn: no capture and no id given\n${EXPECTED}`);
  const [, transport = 'tcp', index] = /^(?:(tcp|udp):)?(\d{1,9})$/.exec(id) ?? [];
  if (index === undefined) throw new UsageError(`conn: ${forTerminal(id)} is not the id of a connection\n${EXPECTED}`);
  return {
    captures: words.slice(0, -1),
    connection: { transport: transport === 'udp' ? 'udp' : 'tcp', index: Number(index) },
  };
}

export function runConn(options: ConnOptions): Promise<number> {
  const { transport, index } = options.connection;
  const recorder = new LadderRecorder(transport, index);
  return runOnCaptures({ ...options, observer: recorder }, async (analysis, output) => {
    requireConnection(analysis, recorder, options.connection);
    const subject = subjectOf(analysis.facts, recorder);
    await writeConn(connDocument(analysis.facts, subject), subject, output, options);
    return options.failOn === undefined ? [] : detectAll(analysis.facts);
  });
}

/** An id without a connection is a wrong word on the command line. */
function requireConnection(analysis: Analysis, { id }: LadderRecorder, { transport, index }: ConnectionName): void {
  const { connections: c } = analysis.facts;
  if (id >= 0 && c.isCounted(id)) return;
  const name = `${transport}:${index}`;
  if (id >= 0) {
    throw new UsageError(
      `conn: none of the frames of ${name} took part\n  -f, -c, --from or --to leave them out, or ${name} is only quoted by ICMP or a tunnel of its own`,
    );
  }
  let count = 0;
  for (let each = 0; each < c.count; each++) if (c.isUdp(each) === (transport === 'udp')) count++;
  const kind = transport.toUpperCase();
  const range = count === 0 ? '' : `, ${transport}:0${count === 1 ? '' : ` to ${transport}:${count - 1}`}`;
  const unread = analysis.heading().complete ? '' : '; it was not read whole';
  throw new UsageError(
    `conn: there is no ${name}\n  the capture has ${count} ${kind} ${count === 1 ? 'connection' : 'connections'}${range}${unread}`,
  );
}

const columns = [
  'frame',
  'time',
  'relativeSeconds',
  'side',
  'flags',
  'relativeSequence',
  'relativeAcknowledgment',
  'payloadBytes',
  'windowField',
  'window',
  'options.mss',
  'options.windowShift',
  'options.offers',
  'states.originator',
  'states.responder',
  'facts',
];

async function writeConn(doc: ConnDocument, subject: Subject, output: Output, options: ConnOptions): Promise<void> {
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(doc, 'segments', segmentRows(subject)));
    case 'ndjson':
      for (const row of segmentRows(subject)) await output.write(ndjsonLine('segment', row));
      return output.write(ndjsonLine('summary', doc));
    case 'csv':
      return writeAll(output, csvLines(columns, flatRows(subject)));
    default:
      return writeText(doc, subject, output, options);
  }
}

/** Lists as words: `SYN ACK`, `silence window-opened`. */
function* flatRows(subject: Subject): Generator<object> {
  for (const row of segmentRows(subject)) {
    const { flags, options, facts } = row;
    const words = { flags: flags?.join(' '), facts: facts.map(({ id }) => id).join(' ') };
    yield { ...row, ...words, options: options && { ...options, offers: options.offers.join(' ') } };
  }
}

async function writeText(doc: ConnDocument, subject: Subject, output: Output, options: ConnOptions): Promise<void> {
  const [{ ladderText }, { makeStyle }] = await Promise.all([
    import('../report/text/ladder/ladder.ts'),
    import('../report/text/style.ts'),
  ]);
  const terminal = terminalWidth(options);
  const [fit, width] = [terminal !== null, terminal ?? DEFAULT_WIDTH];
  const { utc, full, colour } = options;
  const style = makeStyle(colour);
  const lines = ladderText(doc, subject, rungsOf(subject), { width, fit, utc, full, style, command: 'synoptic' });
  await output.write(`${lines.join('\n')}\n`);
}
