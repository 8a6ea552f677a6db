/** `synoptic conn CAPTURE ID`: one connection, segment by segment. */
import { LadderRecorder } from '../flow/ladder/recorder.ts';
import { Observers } from '../flow/observers.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { type ConnDocument, connDocument } from '../report/ladder/document.ts';
import { segmentRows } from '../report/ladder/rows.ts';
import { rungsOf } from '../report/ladder/rungs.ts';
import { spokenFacts } from '../report/ladder/spoken.ts';
import { type Subject, subjectOf } from '../report/ladder/subject.ts';
import { DEFAULT_WIDTH, terminalWidth, writeAll } from './commands.ts';
import { ConnSpoken, type SpokenOptions } from './conn-spoken.ts';
import { type ConnectionName, requireConnection } from './connection-name.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type RawSshOptions, readKnownHosts } from './ssh.ts';
import { type RawTlsOptions, readRoots } from './tls.ts';
import { readKeys } from './tls-keys.ts';

export type RawConnOptions = Pick<RawTlsOptions, 'full' | 'ca' | 'keylog' | 'rsaKey'> &
  Pick<RawSshOptions, 'knownHosts'>;

interface OwnOptions extends SpokenOptions {
  readonly connection: ConnectionName;
  /** No segment is folded away. */
  readonly full: boolean;
}

type ConnOptions = CommonOptions & OwnOptions;

/** Roots that come with Node are read only where there is a chain to judge. */
export function connOptions(raw: RawConnOptions, connection: ConnectionName): OwnOptions {
  const given = raw.ca === undefined ? null : readRoots(raw.ca);
  return {
    connection,
    full: raw.full === true,
    keys: readKeys(raw),
    trust: () => given ?? readRoots(undefined),
    knownHosts: readKnownHosts(raw.knownHosts),
  };
}

export function runConn(options: ConnOptions): Promise<number> {
  const { connection, keys } = options;
  const recorder = new LadderRecorder(connection.transport, connection.index);
  const said = new ConnSpoken(connection, options);
  return runOnCaptures(
    {
      ...options,
      only: connection,
      observer: new Observers(recorder, said.observer),
      onOpen: ({ secrets }) => keys.log.watch(secrets),
    },
    async (analysis, output) => {
      const { facts } = analysis;
      requireConnection('conn', analysis, recorder.id, connection);
      const { spoken, findings } = said.finish(analysis);
      const subject = subjectOf(facts, recorder, spokenFacts(spoken));
      await writeConn(connDocument(facts, subject, spoken, findings), subject, output, options);
      return findings;
    },
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
  'acksFrame',
  'rttSeconds',
  'bytesInFlight',
  'pushBytes',
  'rtoFrame',
  'rtoSeconds',
  'rtoEstimateSeconds',
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
