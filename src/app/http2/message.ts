/** Header lists of HTTP/2 -> messages (RFC 9113 section 8.3). */
import type { Arrival, Side } from '../../stream/segment.ts';
import type { Message } from '../http/message.ts';
import { type Field, type Head, type Known, newKnown } from '../http1/head.ts';

/** A second header list of a message is its trailer. */
export function addTrailer(message: Message, trailer: Message): void {
  message.trailer += (trailer.list ?? []).map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  message.end = trailer.end;
  message.last = message.complete = trailer.last;
}

const keys: Readonly<Record<string, keyof Known>> = {
  host: 'host',
  expect: 'expect',
  'content-type': 'contentType',
  'content-length': 'contentLength',
  'content-encoding': 'contentEncoding',
};

/** `fields` with pseudo-fields, as they were decoded. */
export function newMessage(
  side: Side,
  first: Arrival,
  start: number,
  end: number,
  at: Arrival,
  fields: readonly Field[],
  isRequest: boolean,
): Message {
  const pseudo = new Map(fields.filter(({ name }) => name.startsWith(':')).map(({ name, value }) => [name, value]));
  const known = newKnown();
  for (const { name, value } of fields) {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (key !== undefined) known[key] = known[key] === null ? value : `${known[key]}, ${value}`;
  }
  known.host = pseudo.get(':authority') ?? known.host;
  const version = 'HTTP/2';
  const line: Head['line'] = isRequest
    ? {
        kind: 'request',
        method: pseudo.get(':method') ?? '',
        target: pseudo.get(':path') ?? pseudo.get(':authority') ?? '',
        version,
        spaced: false,
      }
    : { kind: 'response', version, status: statusOf(pseudo.get(':status')), reason: '' };
  return {
    side,
    start,
    end,
    first,
    headAt: at,
    last: at,
    complete: at,
    head: { line, known, anomalies: [] },
    text: '',
    list: fields.filter(({ name }) => !name.startsWith(':')),
    bodyBytes: 0,
    missingBytes: 0,
    trailer: '',
    lack: null,
    recoverySeconds: 0,
    isSettled: false,
  };
}

const statusOf = (text: string | undefined): number => (text !== undefined && /^\d{3}$/.test(text) ? Number(text) : 0);
