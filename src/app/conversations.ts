/**
 * HTTP, WebSocket, TLS and SSH on the connections of a run, and HTTP inside TLS where the capture has its secrets: what
 * `analyze`, `findings` and `check` learn of protocols. They differ only in which transactions they keep.
 */
import { HttpConversation, type HttpSink } from './http/conversation.ts';
import type { Transaction } from './http/message.ts';
import { Secured } from './http/secured.ts';
import { Http2 } from './http2/http2.ts';
import { services } from './identify.ts';
import { SshConnections } from './ssh/run.ts';
import { type Keys, Decryptor } from './tls/decryptor.ts';
import { KeyLog } from './tls/key-log.ts';
import { TlsConnections } from './tls/run.ts';
import { GatheredWebSockets } from './websocket/gathered.ts';
import type { FrameSource } from '../capture/source.ts';
import type { Successor } from './http/conversation.ts';
import { Fan } from '../stream/fan.ts';
import type { Arrival, Side, StreamSink } from '../stream/segment.ts';

/** Keeps transactions, by record of their connection. */
export interface TransactionKeeper {
  add(id: number, transaction: Transaction): void;
  end(id: number, side: Side, at: Arrival): void;
  /** Nothing more comes of a connection. */
  over?(id: number): void;
  readonly limitReached: boolean;
}

export class Conversations {
  readonly tls: TlsConnections;
  readonly ssh = new SshConnections();
  readonly sockets: GatheredWebSockets;
  readonly #keys: Keys = { log: new KeyLog(), rsa: [] };
  readonly #transactions: TransactionKeeper;
  /** Of connections that are not over. */
  readonly #open = new Set<HttpConversation>();
  /** Who takes what is inside TLS, by record. */
  readonly #inside = new Map<number, StreamSink>();
  #limited = false;

  readonly #doubts: boolean;

  /** `doubts`: what a client says first does not prove that the server speaks the same. */
  constructor(transactions: TransactionKeeper, doubts = false, sockets = new GatheredWebSockets()) {
    this.#transactions = transactions;
    this.sockets = sockets;
    this.#doubts = doubts;
    this.tls = new TlsConnections((id, handshake) => {
      const sink = this.#inside.get(id);
      this.#inside.delete(id);
      return sink === undefined || this.#keys.log.isEmpty ? null : new Decryptor(handshake, this.#keys, sink);
    });
  }

  /** Secrets of the capture itself. */
  readonly onOpen = ({ secrets }: FrameSource): void => this.#keys.log.watch(secrets);

  /** Who takes the bytes of the connection with that record, where its first payload told the service. */
  sinkOf(id: number, service: number): StreamSink {
    switch (services[service]) {
      case 'ssh':
        return this.ssh.conversation(id);
      case 'tls':
        return this.#keys.log.isEmpty ? this.tls.conversation(id) : this.#http(id, (first) => this.#secure(id, first));
      case 'http':
      case 'http2': {
        const http = this.#http(id, (first) => this.#secure(id, first));
        return this.#doubts ? new Fan([http, this.ssh.conversation(id)]) : http;
      }
      default:
        // Anything may come yet: STARTTLS, HTTP behind a greeting, the middle of a connection.
        return new Fan([this.#http(id, null), this.tls.conversation(id), this.ssh.conversation(id)]);
    }
  }

  /** The capture is at its end. */
  finish(): void {
    for (const conversation of this.#open) conversation.finish();
    this.#open.clear();
  }

  /** Names of the limits that were reached. */
  limits(): string[] {
    return [
      ...(this.#limited ? ['outstanding-requests'] : []),
      ...(this.#transactions.limitReached ? ['transactions'] : []),
      ...(this.sockets.limitReached ? ['websocket-messages'] : []),
      ...this.tls.limits,
      ...this.ssh.limits,
    ];
  }

  /** `secure`: who takes TLS that begins behind so many transactions; null where another reader looks for it. */
  #http(id: number, secure: ((first: number) => Successor | null) | null): HttpConversation {
    const transactions = this.#transactions;
    const sink: HttpSink = {
      closed: (transaction) => transactions.add(id, transaction),
      ended: (side, at) => transactions.end(id, side, at),
      http2: (client, upgraded, events) => new Http2(client, events, upgraded),
      tunnel: (transaction, client) => this.sockets.open(id, transaction, client),
      ...(secure === null ? {} : { secure }),
      over: () => {
        transactions.over?.(id);
        this.#limited ||= conversation.limitReached;
        this.#open.delete(conversation);
      },
    };
    const conversation = new HttpConversation(sink);
    this.#open.add(conversation);
    return conversation;
  }

  /** HTTP inside TLS, on a connection or in a tunnel through a proxy. */
  #secure(id: number, first: number): Successor | null {
    const transactions = this.#transactions;
    const sink: HttpSink = {
      closed: (transaction) => transactions.add(id, transaction),
      http2: (client, upgraded, events) => new Http2(client, events, upgraded),
      tunnel: (transaction, client) => this.sockets.open(id, transaction, client),
    };
    const unseal = (plain: StreamSink): ReturnType<TlsConnections['conversation']> => {
      this.#inside.set(id, plain);
      return this.tls.conversation(id);
    };
    return Secured.open(unseal, sink, first);
  }
}
