/**
 * A transaction as a line of CSV. It is what `csvLines` would make of its row, without the row: of captures with
 * many transactions that is what most of the time behind the reading would go to.
 */
import { type Transaction, anomaliesOf, methodOf, responseLack, statusOf } from '../../app/http/message.ts';
import { timingOf, totalSeconds } from '../../app/http/timing.ts';
import { readable } from '../../app/latin1.ts';
import { forCsv } from '../sanitize.ts';
import { isoTime } from '../times.ts';
import { placeOf, sizeOf } from './rows.ts';

/** Keys of `TransactionRow`, in the order of `csvRow`. */
export const csvColumns = [
  'connection',
  'index',
  'protocol',
  'stream',
  'secure',
  'frames.request',
  'frames.response',
  'startTime',
  'method',
  'host',
  'path',
  'version',
  'status',
  'contentType',
  'requestBytes',
  'responseBytes',
  'requestBodyBytes',
  'responseBodyBytes',
  'timing.queuedSeconds',
  'timing.requestSeconds',
  'timing.serverSeconds',
  'timing.downloadSeconds',
  'timing.tcpRecoverySeconds',
  'timing.stalledSeconds',
  'resetCode',
  'totalSeconds',
  'reuse',
  'pipelineDepth',
  'incomplete.request',
  'incomplete.response',
  'anomalies',
];

/** `connection` as in `tcp:3`. */
export function csvRow(connection: string, transaction: Transaction): string {
  const { index, protocol, stream, secure, request, response, resetCode, reuse, pipelineDepth } = transaction;
  const { host, path } = placeOf(transaction);
  const timing = timingOf(transaction);
  const start = (request ?? response)?.first;
  const time = start === undefined ? null : isoTime(start.seconds, start.nanoseconds);
  const version = request?.head.line.version ?? response?.head.line.version;
  const asked = request === null ? ',' : `${reuse},${pipelineDepth}`;
  return (
    `${connection},${index},${protocol},${number(stream)},${secure},` +
    `${number(request?.complete.frame)},${number(response?.complete.frame)},${time ?? ''},` +
    `${text(methodOf(transaction), false)},${text(host)},${text(path)},${text(version, false)},` +
    `${number(statusOf(transaction))},${text(response?.head.known.contentType)},` +
    `${sizeOf(request)},${sizeOf(response)},${request?.bodyBytes ?? 0},${response?.bodyBytes ?? 0},` +
    `${number(timing.queuedSeconds)},${number(timing.requestSeconds)},${number(timing.serverSeconds)},` +
    `${number(timing.downloadSeconds)},${timing.tcpRecoverySeconds},${timing.stalledSeconds},` +
    `${text(resetCode, false)},${number(totalSeconds(transaction))},${asked},` +
    `${request?.lack ?? ''},${responseLack(transaction) ?? ''},${anomaliesOf(transaction).join(' ')}\n`
  );
}

const number = (value: number | null | undefined): string => (value === null || value === undefined ? '' : `${value}`);

function text(value: string | null | undefined, isSent = true): string {
  if (value === null || value === undefined) return '';
  return forCsv(isSent ? readable(value) : value);
}
