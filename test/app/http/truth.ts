/** HTTP transactions of a capture, ours and tshark's, in a form that can be compared. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../../src/analyze.ts';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import { type Transaction, methodOf, statusOf, targetOf } from '../../../src/app/http/message.ts';
import { StreamTap } from '../../../src/stream/tap.ts';

const captures = join(import.meta.dirname, '../../../../shared/captures');

/** Frame, tcp.stream, method, target, host, version. */
type RequestRow = [number, number | null, string, string, string | null, string | null];
/** Frame, tcp.stream, status, version, Content-Length, Transfer-Encoding, Content-Encoding, frame of the request. */
type ResponseRow = [number, number | null, number, string, ...unknown[]];

interface HttpTruth {
  readonly requests: readonly RequestRow[];
  readonly responses: readonly ResponseRow[];
}

export interface Truth {
  readonly file: string;
  readonly http?: HttpTruth;
  readonly ooo?: { readonly http?: HttpTruth };
}

export const truths: readonly Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .toSorted()
      .map((name) => JSON.parse(readFileSync(join(captures, name), 'utf8')) as Truth)
  : [];

export interface Found {
  readonly stream: number;
  readonly transaction: Transaction;
}

export async function transactionsOf(file: string): Promise<Found[]> {
  const found: { id: number; transaction: Transaction }[] = [];
  const conversations: HttpConversation[] = [];
  const tap = new StreamTap(
    (_, id) => {
      const conversation = new HttpConversation({ closed: (transaction) => found.push({ id, transaction }) });
      conversations.push(conversation);
      return conversation;
    },
    'linux',
    false,
  );
  const { facts } = await analyze([join(captures, file)], { observer: tap });
  tap.finish();
  for (const conversation of conversations) conversation.finish();
  const indexes = facts.connections.indexes();
  return found.map(({ id, transaction }) => ({ stream: indexes[id]!, transaction }));
}

/** Lines that tshark has to have, and lines that it may have: it tells most messages only when they are whole. */
interface Lines {
  readonly whole: string[];
  readonly partial: string[];
}

/** `frame 7 GET example.com /index.html HTTP/1.1`; the frame tells the stream. */
export function requestLines(found: readonly Found[]): Lines {
  const lines: Lines = { whole: [], partial: [] };
  for (const { transaction } of found) {
    const { request } = transaction;
    if (request === null) continue;
    const { host } = request.head.known;
    const words = [methodOf(transaction), targetOf(transaction), host, request.head.line.version];
    lines[request.lack === null ? 'whole' : 'partial'].push(line(request.complete.frame, words));
  }
  return lines;
}

/** `frame 9 200 of 7`. */
export function responseLines(found: readonly Found[]): Lines {
  const lines: Lines = { whole: [], partial: [] };
  for (const { transaction } of found) {
    const { response, request, interim } = transaction;
    const of = request?.complete.frame ?? null;
    for (const { status, at } of interim) lines.whole.push(answer(at.frame, status, null));
    if (response === null) continue;
    const text = answer(response.complete.frame, statusOf(transaction)!, of);
    lines[response.lack === null && request?.lack !== 'gap' ? 'whole' : 'partial'].push(text);
  }
  return lines;
}

const line = (frame: number, words: readonly (string | null)[]): string =>
  `frame ${frame} ${words.map((word) => (word === null || word === '' || word === 'HTTP/0.9' ? '-' : word)).join(' ')}`;
const answer = (frame: number, status: number, request: number | null): string =>
  `frame ${frame} ${status} of ${request ?? '-'}`;

/** The same of tshark, without SSDP over UDP. */
export function truthLines(truth: Truth): { requests: string[]; responses: string[] } {
  const http = truth.ooo?.http ?? truth.http ?? { requests: [], responses: [] };
  return {
    requests: http.requests.flatMap(([frame, stream, method, uri, host, version]) =>
      stream === null ? [] : [line(frame, [method, uri, host, version])],
    ),
    responses: http.responses.flatMap(([frame, stream, status, , , , , of]) =>
      stream === null ? [] : [answer(frame, status, status < 200 && status !== 101 ? null : (of as number | null))],
    ),
  };
}
