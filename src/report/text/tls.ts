/** TLS handshakes for people: a row each, or their steps; and what is to be said of them. */
import { forTerminal } from '../sanitize.ts';
import { alertAt } from '../tls/alert-at.ts';
import type { CertificateRow, KeysRow, TlsDocument, TlsRow } from '../tls/model.ts';
import * as say from './format.ts';
import { type RowsTextOptions, rowsText } from './rows-text.ts';
import type { Style } from './style.ts';
import type { Column } from './table.ts';
import { statisticsLines } from './tls-statistics.ts';

/** `complete`, or what went wrong. */
function outcomeText({ outcome, alerts, stopped, client }: TlsRow): string {
  const fatal = alerts.find(({ description }) => description !== null && description !== 'close_notify');
  if (outcome === 'failed' && fatal !== undefined) return fatal.description!;
  if (outcome === 'stopped' && stopped?.waitingFor)
    return `${stopped.waitingFor === client ? 'client' : 'server'} silent`;
  return outcome;
}

const resumedText = ({ resumption, helloRetry }: TlsRow): string =>
  [resumption ?? '', helloRetry ? 'retry' : ''].join(' ').trim();

const columns: readonly Column<TlsRow>[] = [
  { title: 'id', width: 8, text: (row) => row.connection },
  { title: 'client', width: 15, drop: 3, gives: true, text: (row) => row[row.client].address },
  { title: 'server', width: 21, drop: 2, gives: true, text: (row) => serverText(row) },
  { title: 'name', width: 20, gives: true, text: (row) => row.serverName ?? '' },
  { title: 'version', width: 7, text: (row) => row.version ?? '' },
  { title: 'cipher', width: 20, drop: 4, text: (row) => (row.cipher ?? '').replace(/^TLS_/, '') },
  { title: 'alpn', width: 8, drop: 5, text: (row) => row.alpn ?? '' },
  { title: 'resumed', width: 7, drop: 6, text: resumedText },
  { title: 'trips', width: 5, right: true, drop: 7, text: (row) => String(row.roundTrips) },
  {
    title: 'took',
    width: 8,
    right: true,
    drop: 1,
    text: ({ durationSeconds: s }) => (s === null ? '' : say.duration(s)),
  },
  { title: 'outcome', width: 9, text: outcomeText },
];

const serverText = (row: TlsRow): string => {
  const { address, port } = row[row.client === 'originator' ? 'responder' : 'originator'];
  return say.endpoint(address, port);
};

export const tlsText = (
  rows: Iterable<TlsRow>,
  { statistics, keys, findings }: TlsDocument,
  options: RowsTextOptions,
): Generator<string> => {
  const summary = [
    ...(statistics.handshakes > 1 ? statisticsLines(statistics, options.width) : []),
    ...(keys === null ? [] : [keysLine(keys, statistics.handshakes)]),
  ];
  return rowsText(rows, findings, { columns, fullText, none: 'no TLS in this capture', summary }, options);
};

/** Keys that fit nothing are mostly those of another run. */
function keysLine({ secrets, rsaKeys, decrypted }: KeysRow, handshakes: number): string {
  const rsa = rsaKeys === 0 ? '' : `, ${say.count(rsaKeys)} RSA ${rsaKeys === 1 ? 'key' : 'keys'}`;
  const hint = decrypted === 0 && handshakes > 0 ? ': the keys are of none of them' : '';
  const given = `${say.count(secrets)} ${secrets === 1 ? 'secret' : 'secrets'}${rsa}`;
  return `\ndecrypted  ${say.count(decrypted)} of ${say.count(handshakes)} (${given})${hint}\n`;
}

function* fullText(row: TlsRow, style: Style): Generator<string> {
  const name = row.serverName === null ? '' : `  ${forTerminal(row.serverName)}`;
  const client = row[row.client];
  yield `${style.strong(row.connection)}  ${say.endpoint(client.address, client.port)} > ${serverText(row)}${name}\n`;
  yield* chosenLines(row);
  yield '\n';
  yield* stepLines(row);
  yield* proofLines(row, style);
  yield '\n';
}

/** What was agreed on, and fingerprints. */
export function* chosenLines(row: TlsRow): Generator<string> {
  const chosen = [row.version, row.cipher, row.group, row.alpn && `ALPN ${row.alpn}`].filter(
    (part) => part !== null && part !== '',
  );
  const trips = `${row.roundTrips} round ${row.roundTrips === 1 ? 'trip' : 'trips'}`;
  const took = row.durationSeconds === null ? '' : `  ${say.duration(row.durationSeconds)}`;
  const resumed = row.resumption === null ? '' : `  resumed by ${row.resumption}`;
  yield `  ${forTerminal(chosen.join('  ') || 'nothing chosen')}   ${outcomeText(row)}  ${trips}${took}${resumed}\n`;
  if (row.stopped !== null) yield `  ${stoppedText(row)}\n`;
  yield `  JA3 ${row.ja3 ?? '-'}  JA3S ${row.ja3s ?? '-'}\n  JA4 ${row.ja4 ?? '-'}\n`;
}

/** Where an incomplete handshake stood, and what became of the connection. */
function stoppedText({ stopped, client }: TlsRow): string {
  const { after, waitingFor, tcp, tcpBy } = stopped!;
  const turn = waitingFor === null ? '' : `, it was the ${waitingFor === client ? 'client' : 'server'}'s turn`;
  const by = tcpBy === null ? '' : `, by the ${tcpBy === client ? 'client' : 'server'} first`;
  return `stopped after ${after === null ? 'nothing' : forTerminal(after)}${turn}; TCP: ${tcp ?? 'not known'}${by}`;
}

/** Certificates, what is to be said of their chain, and what keys opened. */
export function* proofLines(row: TlsRow, style: Style): Generator<string> {
  for (const each of row.certificates) yield* certificateLines(each, style);
  if (row.chain !== null) yield `  chain: ${chainText(row)}\n`;
  for (const each of row.clientCertificates) yield `  client certificate: ${forTerminal(each.subject)}\n`;
  const { decryption, notDecrypted } = row;
  if (decryption !== null)
    yield `  ${notDecrypted === null ? decryptionText(decryption) : `not decrypted: ${notDecrypted}`}\n`;
}

function* stepLines(row: TlsRow): Generator<string> {
  const { steps, stepCount, client, alerts } = row;
  const start = steps[0]?.time ?? null;
  for (const step of steps) {
    const { message, side, frame, time, encrypted } = step;
    const alert = message === 'alert' ? alertAt(steps, step, alerts) : undefined;
    const words = alert?.description ? `alert ${alert.description}` : message;
    const name = forTerminal(encrypted ? `[${words}]` : words);
    const arrow = side === client ? `--- ${name} `.padEnd(44, '-') + '>' : '<' + ` ${name} ---`.padStart(44, '-');
    const after = start === null || time === null ? '' : (secondsOf(time) - secondsOf(start)).toFixed(4);
    yield `  ${String(frame).padStart(7)} ${after.padStart(9)}  ${arrow}${alert?.why ? `  ${alert.why}` : ''}\n`;
  }
  if (stepCount > steps.length) yield `  ${say.count(stepCount - steps.length)} more steps\n`;
}

/** Seconds of an ISO time with nanoseconds; good to a microsecond. */
const secondsOf = (iso: string): number => Date.parse(`${iso.slice(0, 19)}Z`) / 1000 + Number(`0${iso.slice(19, -1)}`);

function* certificateLines(each: CertificateRow, style: Style): Generator<string> {
  const key = [each.keyType, each.curve ?? (each.keyBits === null ? '' : String(each.keyBits))].join(' ').trim();
  const dates = `${each.notBefore?.slice(0, 10) ?? '?'} to ${each.notAfter?.slice(0, 10) ?? '?'}`;
  const state = each.validity === 'valid' ? dates : style.severity('warning', `${dates} (${each.validity})`);
  yield `  certificate ${forTerminal(each.subject || '(no subject)')}\n`;
  yield `      issuer ${forTerminal(each.issuer)}\n`;
  yield `      ${forTerminal(key)}  ${forTerminal(each.signature)}  ${state}  serial ${each.serial}\n`;
  if (each.sans.length > 0) {
    const more = each.sans.length > 6 ? ` and ${each.sans.length - 6} more` : '';
    yield `      names ${forTerminal(each.sans.slice(0, 6).join(', '))}${more}\n`;
  }
  if (each.anomalies.length > 0) yield `      ${style.severity('warning', each.anomalies.join(', '))}\n`;
}

function chainText({ chain, serverName }: TlsRow): string {
  const { verdict, matchesName, inOrder } = chain!;
  const name =
    matchesName === null
      ? 'no name was asked for'
      : matchesName
        ? 'the name matches'
        : `no name matches ${forTerminal(serverName ?? '')}`;
  return `${verdict}, ${name}${inOrder ? '' : ', not in order'}`;
}

function decryptionText(d: NonNullable<TlsRow['decryption']>): string {
  const proved =
    d.originatorFinished === true && d.responderFinished === true ? 'both Finished verified' : 'Finished not verified';
  const failed = d.failedRecords > 0 ? `, ${say.count(d.failedRecords)} records could not be decrypted` : '';
  return `decrypted with the ${d.source}: ${say.count(d.originatorBytes)} B and ${say.count(d.responderBytes)} B, ${proved}${failed}`;
}
