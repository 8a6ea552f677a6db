/** HAR 1.2: transactions as other tools read them. Times are milliseconds; -1 stands for what is not known. */
import type { Field } from '../../app/http1/head.ts';
import { version } from '../../version.ts';
import { forJson } from '../sanitize.ts';
import type { TransactionRow } from './model.ts';

/** Addresses of a connection's ends. */
export interface Ends {
  readonly address: string;
  readonly port: number;
  readonly clientPort: number;
}

/** An entry; null where there is no request or no time, for which the format has no place. */
export const harEntry = (row: TransactionRow, ends: Ends): string | null =>
  row.method === null || row.startTime === null ? null : forJson(JSON.stringify(entry(row, ends)));

/** Pieces of the file. */
export function* harPieces(entries: Iterable<string>): Generator<string> {
  const creator = { name: 'synoptic', version };
  yield `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"pages":[],"entries":[`;
  let between = '\n';
  for (const text of entries) {
    yield between + text;
    between = ',\n';
  }
  yield '\n]}}\n';
}

const ms = (seconds: number | null): number => (seconds === null ? -1 : Math.round(seconds * 1e6) / 1000);

function entry(row: TransactionRow, { address, port, clientPort }: Ends): object {
  const { timing, connection, requestHeaders, responseHeaders } = row;
  const scheme =
    /^[A-Za-z][\w+.-]*:\/\//.test(row.path ?? '') || row.method === 'CONNECT'
      ? ''
      : row.secure
        ? 'https://'
        : 'http://';
  const url = `${scheme}${row.method === 'CONNECT' ? '' : (row.host ?? address)}${row.path ?? ''}`;
  const timings = {
    blocked: ms(timing.queuedSeconds),
    dns: -1,
    connect: -1,
    ssl: -1,
    send: Math.max(0, ms(timing.requestSeconds)),
    wait: Math.max(0, ms(timing.serverSeconds)),
    receive: Math.max(0, ms(timing.downloadSeconds)),
  };
  const time = Math.max(0, timings.blocked) + timings.send + timings.wait + timings.receive;
  return {
    startedDateTime: `${row.startTime!.slice(0, 23)}Z`,
    time: Math.round(time * 1000) / 1000,
    request: {
      method: row.method,
      url,
      httpVersion: row.version ?? '',
      cookies: cookies(requestHeaders, 'cookie'),
      headers: requestHeaders,
      queryString: query(row.path ?? ''),
      headersSize: row.requestBytes - row.requestBodyBytes,
      bodySize: row.requestBodyBytes,
    },
    response: {
      status: row.status ?? 0,
      statusText: row.reason ?? '',
      httpVersion: row.version ?? '',
      cookies: cookies(responseHeaders, 'set-cookie'),
      headers: responseHeaders,
      content: { size: row.responseBodyBytes, mimeType: row.contentType ?? '' },
      redirectURL: responseHeaders.find(({ name }) => name.toLowerCase() === 'location')?.value ?? '',
      headersSize: Math.max(-1, row.responseBytes - row.responseBodyBytes),
      bodySize: row.responseBodyBytes,
    },
    cache: {},
    timings,
    serverIPAddress: address,
    connection: String(clientPort),
    comment: `${connection}, frames ${row.frames.request ?? '-'} and ${row.frames.response ?? '-'}, port ${port}`,
  };
}

/** Names and values, as they stand in the fields: redacted or not. */
function cookies(fields: readonly Field[], field: string): Field[] {
  return fields
    .filter(({ name }) => name.toLowerCase() === field)
    .flatMap(({ value }) => (field === 'cookie' ? value.split(';') : [value.split(';')[0]!]))
    .map((pair) => {
      const [name = '', ...rest] = pair.trim().split('=');
      return { name, value: rest.join('=') };
    });
}

function query(path: string): Field[] {
  const [, text] = /\?([^#]*)/.exec(path) ?? [];
  if (text === undefined) return [];
  return text.split('&').map((pair) => {
    const [name = '', ...rest] = pair.split('=');
    return { name, value: rest.join('=') };
  });
}
