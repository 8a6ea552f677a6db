/** HTTP messages and transactions, whatever version carried them. */
import type { Arrival, Side } from '../../stream/segment.ts';
import type { Anomaly } from '../http1/anomalies.ts';
import { type Field, FieldNames, type Head, fieldsOf, plainValues } from '../http1/head.ts';

/**
 * Why a message is not whole. `gap`: the capture lacks bytes of it. `closed`: the connection was closed, or `reset` by a
 * RST_STREAM, before its end. `capture-end`: nothing more was seen of it. `broken`: its chunks or frames make no sense.
 */
export type Lack = 'gap' | 'closed' | 'capture-end' | 'broken' | 'reset';
export const lacks: readonly Lack[] = ['gap', 'closed', 'capture-end', 'broken', 'reset'];

/** One request or response. */
export interface Message {
  readonly side: Side;
  /** Stream offsets; of HTTP/2 those of the frames that began and ended it. */
  readonly start: number;
  end: number;
  /** First and last byte of the head, last byte of the message. */
  readonly first: Arrival;
  readonly headAt: Arrival;
  last: Arrival;
  /** When its end was known: with the last byte, or where it went on to the end of the connection, with the FIN. */
  complete: Arrival;
  readonly head: Head;
  /** As it was sent; empty for HTTP/2. */
  readonly text: string;
  /** HTTP/2: fields without pseudo-fields, in order. */
  readonly list: readonly Field[] | null;
  /** Content, without chunk lines and frame headers. */
  bodyBytes: number;
  /** Bytes of the content that the capture lacks. */
  missingBytes: number;
  trailer: string;
  lack: Lack | null;
  /** Seconds in which it waited for bytes that were lost or overtaken. */
  recoverySeconds: number;
  /** What became of it was handed on: it must not change any more. */
  isSettled: boolean;
}

/** It waited longer than was known. False where that comes too late to be told. */
export function addRecovery(message: Message, seconds: number): boolean {
  if (!message.isSettled) message.recoverySeconds += seconds;
  return !message.isSettled;
}

/** In their order; names as they were sent. */
export const messageFields = (message: Message): readonly Field[] => message.list ?? fieldsOf(message.text);

/** The values of a field, in order; `name` in lower case. */
function valuesOf(message: Message, name: string): string[] {
  return messageFields(message)
    .filter((field) => field.name.toLowerCase() === name)
    .map(({ value }) => value);
}

/** A head that has none of a name, which is what is mostly asked, is searched without reading its fields. */
const searches = new Map<string, RegExp>();

function mayHave({ list, text }: Message, name: string): boolean {
  if (list !== null || !FIELD_NAME.test(name)) return true;
  let search = searches.get(name);
  if (search === undefined) {
    if (searches.size >= MAX_SEARCHES) return true;
    searches.set(name, (search = new RegExp(`\\n${name}[ \\t]*:`, 'i')));
  }
  return search.test(text);
}

/** Names that mean themselves in a regular expression. */
const FIELD_NAME = /^[a-z-]{1,40}$/;
const MAX_SEARCHES = 1000;

/** All values of a field as one list; null where it is missing. */
export function valueOf(message: Message, name: string): string | null {
  if (!mayHave(message, name)) return null;
  const values = valuesOf(message, name);
  return values.length === 0 ? null : values.join(', ');
}

/** The same for several fields, in one go. */
export function valuesFor(message: Message, names: readonly string[]): (string | null)[] {
  if (message.list !== null || message.head.anomalies.length > 0) return names.map((name) => valueOf(message, name));
  let fieldNames = known.get(names);
  if (fieldNames === undefined) known.set(names, (fieldNames = new FieldNames(names)));
  return plainValues(message.text, fieldNames);
}

const known = new WeakMap<readonly string[], FieldNames>();

interface Interim {
  readonly status: number;
  readonly at: Arrival;
}

export type Protocol = 'http/1' | 'http/2';

/** A request and what came back. One of the two may be missing. */
export interface Transaction {
  readonly protocol: Protocol;
  /** HTTP/2 stream; null for HTTP/1. */
  readonly stream: number | null;
  /** From 0, on its connection. */
  index: number;
  request: Message | null;
  response: Message | null;
  /** There is none, and the capture lacks bytes of the server where it would be. */
  isUnseen: boolean;
  readonly interim: Interim[];
  /** Requests on this connection before. */
  reuse: number;
  /** Requests that waited for their responses when this one was sent, itself included. */
  pipelineDepth: number;
  /** It was inside TLS, and decrypted. */
  secure: boolean;
  /** HTTP/1: when the response before this one ended, where that was after the request had been sent. */
  queuedUntil: Arrival | null;
  /** HTTP/2: seconds in which flow control kept it waiting, and the error with which its stream was reset. */
  stalledSeconds: number;
  resetCode: string | null;
}

export const methodOf = ({ request }: Transaction): string | null =>
  request?.head.line.kind === 'request' ? request.head.line.method : null;
export const targetOf = ({ request }: Transaction): string | null =>
  request?.head.line.kind === 'request' ? request.head.line.target : null;
export const statusOf = ({ response }: Transaction): number | null =>
  response?.head.line.kind === 'response' ? response.head.line.status : null;
/** Why the response is not there, or not whole; null also where none was sent, as far as the capture tells. */
export const responseLack = ({ response, isUnseen }: Transaction): Lack | null =>
  response === null && isUnseen ? 'gap' : (response?.lack ?? null);
const NONE: readonly Anomaly[] = [];

export function anomaliesOf({ request, response }: Transaction): readonly Anomaly[] {
  const [asked, answered] = [request?.head.anomalies ?? NONE, response?.head.anomalies ?? NONE];
  return asked.length + answered.length === 0 ? NONE : [...new Set([...asked, ...answered])];
}

/** Who takes what a connection says. */
export interface TransactionSink {
  /** Nothing more is awaited of it. */
  closed(transaction: Transaction): void;
  /** A message is over. */
  message?(message: Message): void;
  /** Content, without chunk lines. `bytes` are valid during the call. */
  body?(message: Message, bytes: Uint8Array, start: number, end: number): void;
}
