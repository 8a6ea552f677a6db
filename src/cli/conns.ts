/** `conns`: which connections, in which order, how many, and in which format. */
import type { Analysis } from '../analysis.ts';
import { detectAll } from '../detect/index.ts';
import { markNames } from '../flow/analysis/marks.ts';
import { recoveryKeys } from '../flow/recovery/summary.ts';
import { connStates } from '../flow/conn-state.ts';
import { shapes } from '../flow/life/close.ts';
import { outcomes } from '../flow/life/handshake.ts';
import { shareNames } from '../flow/waits/names.ts';
import { type RowChoice, sortKeys } from '../report/connection-order.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { forTerminal } from '../report/sanitize.ts';
import { terminalWidth, writeAll } from './commands.ts';
import { DnsRun } from './dns-run.ts';
import { UsageError } from './exit-codes.ts';
import { type CommonOptions, wholeNumber } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';

/** What commander hands over. */
export interface RawConnsOptions {
  connState?: string;
  handshake?: string;
  close?: string;
  service?: string;
  sort?: string;
  limit?: string;
  names?: true;
}

export interface ConnsOptions extends CommonOptions {
  readonly choice: RowChoice;
  /** Text labels addresses with names that DNS answers in the capture gave them. */
  readonly names?: boolean;
}

/** Words of the command line -> which rows, in which order. Throws UsageError for a word that is none. */
export function rowChoice(raw: RawConnsOptions): RowChoice {
  return {
    connStates: wordsOf('--conn-state', raw.connState?.toUpperCase(), connStates),
    outcomes: wordsOf('--handshake', raw.handshake, outcomes),
    shapes: wordsOf('--close', raw.close, shapes),
    services: raw.service === undefined ? [] : raw.service.toLowerCase().split(','),
    sort: wordsOf('--sort', raw.sort, sortKeys)[0] ?? null,
    limit: raw.limit === undefined ? Infinity : wholeNumber('--limit', raw.limit),
  };
}

/** `S0,REJ` -> words, each one of those known. */
function wordsOf<Word extends string>(option: string, text: string | undefined, known: readonly Word[]): Word[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const word = known.find((one) => one === part.trim());
    if (word !== undefined) return word;
    throw new UsageError(`${option} ${forTerminal(part.trim())}: expected one or more of ${known.join(', ')}`);
  });
}

const ends = ['originator', 'responder'] as const;

const windowKeys = ['scaleKnown', 'min', 'max', 'last', 'closings', 'closedSeconds', 'closedAtEnd', 'shrunk', 'silly'];

const columns = [
  'id',
  'transport',
  'index',
  'originator.address',
  'originator.port',
  'responder.address',
  'responder.port',
  'communityId',
  'service',
  'firstFrame',
  'lastFrame',
  'startTime',
  'durationSeconds',
  'connState',
  'history',
  'completeness',
  'handshake.outcome',
  'handshake.rttSeconds',
  'handshake.synAckSeconds',
  'handshake.synTransmissions',
  'handshake.synAckTransmissions',
  'close.shape',
  'close.initiator',
  'endpoints.originator.finalState',
  'endpoints.responder.finalState',
  'endpoints.originator.frames',
  'endpoints.originator.wireBytes',
  'endpoints.originator.payloadBytes',
  'endpoints.originator.uniqueBytes',
  'endpoints.originator.mss',
  'endpoints.originator.windowShift',
  'endpoints.originator.rtt.samples',
  'endpoints.originator.rtt.minSeconds',
  'endpoints.originator.rtt.averageSeconds',
  'endpoints.originator.rtt.maxSeconds',
  'endpoints.originator.maxBytesInFlight',
  'endpoints.responder.frames',
  'endpoints.responder.wireBytes',
  'endpoints.responder.payloadBytes',
  'endpoints.responder.uniqueBytes',
  'endpoints.responder.mss',
  'endpoints.responder.windowShift',
  'endpoints.responder.rtt.samples',
  'endpoints.responder.rtt.minSeconds',
  'endpoints.responder.rtt.averageSeconds',
  'endpoints.responder.rtt.maxSeconds',
  'endpoints.responder.maxBytesInFlight',
  'time.limitedBy',
  ...shareNames.map((share) => `time.${share}Seconds`),
  'stalls.count',
  'stalls.seconds',
  ...ends.flatMap((end) => markNames.map((mark) => `endpoints.${end}.analysis.${mark}`)),
  ...ends.flatMap((end) => recoveryKeys.map((key) => `endpoints.${end}.recovery.${key}`)),
  ...ends.flatMap((end) => windowKeys.map((key) => `endpoints.${end}.window.${key}`)),
  ...ends.flatMap((end) => ['bytes', 'segments'].map((key) => `endpoints.${end}.firstFlight.${key}`)),
];

export function runConns(options: ConnsOptions): Promise<number> {
  const dns = options.names === true ? new DnsRun() : null;
  const observed = dns === null ? options : { ...options, observer: dns.observer };
  return runOnCaptures(observed, async (analysis, output) => {
    for (const limit of dns?.finish() ?? []) analysis.facts.limits.add(limit);
    await writeConnections(analysis, output, options, dns);
    return options.failOn === undefined ? [] : detectAll(analysis.facts);
  });
}

async function writeConnections(
  analysis: Analysis,
  output: Output,
  options: ConnsOptions,
  dns: DnsRun | null,
): Promise<void> {
  const rows = analysis.connectionRows(options.choice);
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(analysis.heading(), 'connections', rows));
    case 'ndjson':
      for (const row of rows) await output.write(ndjsonLine('connection', row));
      return output.write(ndjsonLine('summary', analysis.heading()));
    case 'csv':
      return writeAll(output, csvLines(columns, rows));
    default: {
      const { connsText } = await import('../report/text/conns-table.ts');
      return writeAll(output, connsText(rows, terminalWidth(options) ?? Infinity, options.utc, dns?.names()));
    }
  }
}
