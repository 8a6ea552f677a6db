/** The table of `websocket`: one connection after the other. */
import { problemText } from '../../../app/websocket/websocket.ts';
import { closeCodeText } from '../../../app/websocket/close-codes.ts';
import { forTerminal } from '../../sanitize.ts';
import type { WebSocketDocument, WebSocketHandshakeRow, WebSocketRow } from '../../websocket/document.ts';
import * as say from '../format.ts';
import type { Style } from '../style.ts';
import { type Column, cellsIn, cellsTable, cellsText, rowCells } from '../table.ts';
import { cut } from '../width.ts';
import { findingLines } from './findings.ts';

const MAX_TEXT = 48;

function aboutText({ type, text, closeCode, rttSeconds, problems }: WebSocketRow): string {
  const words = text === null || text === '' ? [] : [cut(forTerminal(text), MAX_TEXT)];
  if (closeCode !== null) words.unshift(`${closeCode} ${closeCodeText(closeCode)}`);
  if (type === 'pong' && rttSeconds !== null) words.unshift(`after ${say.duration(rttSeconds)}`);
  return [...words, ...problems.map((problem) => `! ${problemText(problem)}`)].join('  ');
}

const columns: readonly Column<WebSocketRow>[] = [
  { title: 'id', width: 8, text: (row) => row.connection },
  { title: 'frame', right: true, width: 7, text: (row) => String(row.frames.last) },
  { title: 'side', width: 10, text: (row) => row.side },
  { title: 'type', width: 8, text: (row) => row.type },
  { title: 'sent', right: true, width: 8, text: (row) => say.bytes(row.payloadBytes) },
  { title: 'content', right: true, width: 8, drop: 2, text: contentText },
  { title: 'parts', right: true, width: 5, drop: 3, text: (row) => (row.fragments > 1 ? String(row.fragments) : '') },
  { title: 'class', width: 12, drop: 1, text: (row) => row.class },
  { title: 'what', width: 30, gives: true, text: aboutText },
];

function contentText({ compressed, contentBytes }: WebSocketRow): string {
  if (!compressed) return '';
  return contentBytes === null ? 'unknown' : say.bytes(contentBytes);
}

/** The cells of a row as one text. */
export const messageCells = (row: WebSocketRow): string => cellsText(rowCells(columns, row, false));

/** `rows` as `messageCells` made them. */
export function* websocketText(
  doc: WebSocketDocument,
  rows: Iterable<string>,
  { style, width }: { readonly style: Style; readonly width: number },
): Generator<string> {
  if (doc.connections.length === 0) {
    yield 'no WebSocket was seen; what is encrypted needs keys: --keylog FILE\n';
    return;
  }
  for (const connection of doc.connections) yield `${handshakeLine(connection, style)}\n`;
  yield '\n';
  yield* cellsTable(columns, cellsIn(rows), width);
  yield* findingLines(doc.findings, style);
}

function handshakeLine(row: WebSocketHandshakeRow, style: Style): string {
  const { connection, host, path, secure, accepted, subprotocol, extensions, messages, close } = row;
  const words = [
    `${style.strong(connection)}  ${secure ? 'wss' : 'ws'}://${forTerminal(host ?? '?')}${forTerminal(path ?? '')}`,
    accepted === null ? 'handshake not seen' : accepted ? 'accept verified' : style.severity('alert', 'ACCEPT WRONG'),
    ...(subprotocol === null ? [] : [`protocol ${forTerminal(subprotocol)}`]),
    ...(extensions === null ? [] : [forTerminal(extensions)]),
    say.counted(messages, 'message'),
    close === null ? 'no close frame' : `closed by ${close.by}: ${close.code ?? 'no code'}`,
  ];
  return words.join('   ');
}
