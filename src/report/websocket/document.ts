/** The document of `websocket`, but for its rows, which are made one at a time. */
import { targetOf } from '../../app/http/message.ts';
import { readable } from '../../app/latin1.ts';
import type { WebSocketConnection } from '../../app/websocket/gathered.ts';
import type { MessageType, Problem, WebSocketMessage } from '../../app/websocket/websocket.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import { heading, limitsReached } from '../documents.ts';
import { type SideName, sideNames } from '../ladder/model.ts';
import type { Heading } from '../model.ts';
import { isoTime } from '../times.ts';

export interface WebSocketRow {
  readonly connection: string;
  readonly side: SideName;
  readonly index: number;
  readonly type: MessageType;
  readonly start: number;
  readonly end: number;
  readonly class: 'whole' | 'sticky' | 'split' | 'sticky+split';
  readonly frames: { readonly first: number; readonly last: number };
  readonly time: string | null;
  readonly fragments: number;
  readonly masked: boolean;
  readonly compressed: boolean;
  readonly payloadBytes: number;
  readonly contentBytes: number | null;
  readonly closeCode: number | null;
  readonly rttSeconds: number | null;
  readonly text: string | null;
  readonly problems: readonly Problem[];
}

export interface WebSocketHandshakeRow {
  readonly connection: string;
  readonly client: SideName;
  readonly frames: { readonly request: number | null; readonly response: number | null };
  readonly host: string | null;
  readonly path: string | null;
  /** Inside TLS. */
  readonly secure: boolean;
  /** Whether Sec-WebSocket-Accept is what follows from the key; null where one of them was not seen. */
  readonly accepted: boolean | null;
  readonly subprotocol: string | null;
  readonly extensions: string | null;
  readonly messages: number;
  readonly close: { readonly code: number | null; readonly by: SideName } | null;
}

export interface WebSocketDocument extends Heading {
  readonly limitsReached: readonly string[];
  readonly connections: readonly WebSocketHandshakeRow[];
  readonly findings: readonly Finding[];
}

/** `found`: WebSockets in the order of rows; `name` gives a connection's id. */
export function websocketDocument(
  facts: Facts,
  found: readonly WebSocketConnection[],
  name: (id: number) => string,
  findings: readonly Finding[],
): WebSocketDocument {
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    connections: found.map((each) => handshakeRow(name(each.id), each)),
    findings,
  };
}

const text = (value: string | null | undefined): string | null =>
  value === null || value === undefined ? null : readable(value);

function handshakeRow(
  connection: string,
  { transaction, socket, client, noted }: WebSocketConnection,
): WebSocketHandshakeRow {
  const { accept, expectedAccept, subprotocol, extensions } = socket.handshake;
  const { request, response } = transaction;
  const [close] = socket.closes;
  return {
    connection,
    client: sideNames[client],
    frames: { request: request?.complete.frame ?? null, response: response?.complete.frame ?? null },
    host: text(request?.head.known.host),
    path: text(targetOf(transaction)),
    secure: transaction.secure,
    accepted: accept === null || expectedAccept === null ? null : accept === expectedAccept,
    subprotocol: text(subprotocol),
    extensions: text(extensions),
    messages: noted.count,
    close: close === undefined ? null : { code: close.code, by: sideNames[close.side] },
  };
}

/** `connection` as in `tcp:3`. */
export function webSocketRow(connection: string, message: WebSocketMessage): WebSocketRow {
  const { side, first, last, segments, sticky } = message;
  const isSplit = segments > 1;
  return {
    connection,
    side: sideNames[side],
    index: message.index,
    type: message.type,
    start: message.start,
    end: message.end,
    class: isSplit ? (sticky ? 'sticky+split' : 'split') : sticky ? 'sticky' : 'whole',
    frames: { first: first.frame, last: last.frame },
    time: isoTime(last.seconds, last.nanoseconds),
    fragments: message.fragments,
    masked: message.masked,
    compressed: message.compressed,
    payloadBytes: message.payloadBytes,
    contentBytes: message.contentBytes,
    closeCode: message.closeCode,
    rttSeconds: message.rttSeconds,
    text: message.text,
    problems: message.problems,
  };
}
