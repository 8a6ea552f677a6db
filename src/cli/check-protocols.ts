/** Rows and findings of HTTP, TLS, SSH, WebSocket and DNS for policies: every stream is put in order once, for all of them. */
import { HttpConversation } from '../app/http/conversation.ts';
import { GatheredTransactions } from '../app/http/gathered.ts';
import { Http2 } from '../app/http2/http2.ts';
import type { KnownHosts } from '../app/ssh/known-hosts.ts';
import { SshConnections } from '../app/ssh/run.ts';
import { TlsConnections } from '../app/tls/run.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import { GatheredWebSockets, type WebSocketConnection } from '../app/websocket/gathered.ts';
import { WebSocket } from '../app/websocket/websocket.ts';
import type { Analysis } from '../analyze.ts';
import { detectAll } from '../detect/index.ts';
import { detectHttp } from '../detect/http/index.ts';
import type { Finding } from '../detect/finding.ts';
import { sshDetectors, tlsDetectors } from '../detect/tls-and-ssh.ts';
import { detectWebSocket } from '../detect/websocket/index.ts';
import { type Telling, transactionRows } from '../report/http/rows.ts';
import { sshRows } from '../report/ssh/document.ts';
import { tlsRows } from '../report/tls/document.ts';
import { websocketRows } from '../report/websocket/document.ts';
import { Fan } from '../stream/fan.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import type { StreamSink } from '../stream/segment.ts';
import { StreamTap } from '../stream/tap.ts';
import type { Source } from './check-sources.ts';
import { inOrder, sitesOf } from '../detect/sites.ts';
import { readRoots } from './tls.ts';

interface ProtocolOptions {
  /** Null: the roots that come with Node, of which there are many: they are read when a handshake is to be judged. */
  readonly trust: TrustStore | null;
  readonly knownHosts: KnownHosts | null;
  readonly telling: Telling;
}

export function protocolSource({ trust: given, knownHosts, telling }: ProtocolOptions): Source {
  let roots = given;
  const trust = (): TrustStore => (roots ??= readRoots(undefined));
  const tls = new TlsConnections();
  const ssh = new SshConnections();
  const transactions = new GatheredTransactions();
  const sockets = new GatheredWebSockets();
  const conversations: HttpConversation[] = [];
  const tap = new StreamTap(
    (_, id): StreamSink => {
      const http = httpConversation(id, transactions, sockets);
      conversations.push(http);
      return new Fan([http, tls.conversation(id), ssh.conversation(id)]);
    },
    DEFAULT_POLICY,
    false,
  );
  const finish = ({ facts: { limits } }: Analysis): void => {
    tap.finish();
    for (const conversation of conversations) conversation.finish();
    for (const limit of [...tls.limits, ...ssh.limits]) limits.add(limit);
    if (tap.limitReached) limits.add('held-bytes');
    if (transactions.limitReached) limits.add('transactions');
    if (sockets.limitReached) limits.add('websocket-messages');
    if (conversations.some(({ limitReached }) => limitReached)) limits.add('outstanding-requests');
  };
  const findings = ({ facts }: Analysis): readonly Finding[] => {
    const { connections: c, limits } = facts;
    return [
      ...(tls.found.length === 0
        ? []
        : detectAll({ ...facts, tls: { connections: tls.found, trust: trust() } }, tlsDetectors)),
      ...detectAll({ ...facts, ssh: { connections: ssh.found, knownHosts } }, sshDetectors),
      ...detectHttp(sitesOf(c, inOrder(c, transactions.connections())), limits),
      ...detectWebSocket(sitesOf(c, inOrder(c, sockets.connections))),
    ];
  };
  return {
    observer: tap,
    finish,
    findings,
    rows: {
      http: (analysis) =>
        transactionRows(
          inOrder(analysis.facts.connections, transactions.connections()),
          name(analysis),
          () => true,
          telling,
        ),
      tls: ({ facts }) => (tls.found.length === 0 ? [] : tlsRows(facts, { connections: tls.found, trust: trust() })),
      ssh: ({ facts }) => sshRows(facts, { connections: ssh.found, knownHosts }),
      websocket: (analysis) => {
        const found = inOrder(analysis.facts.connections, sockets.connections);
        return websocketRows({ found, name: name(analysis), limits: [], findings: [] });
      },
    },
  };
}

function httpConversation(
  id: number,
  transactions: GatheredTransactions,
  sockets: GatheredWebSockets,
): HttpConversation {
  const closed = transactions.add.bind(transactions, id);
  return new HttpConversation({
    closed,
    ended: (side, at) => transactions.end(id, side, at),
    http2: (client, upgraded) => new Http2(client, { closed }, upgraded),
    tunnel: (transaction, client) => {
      if (!/\bwebsocket\b/i.test(transaction.response?.head.known.upgrade ?? '')) return null;
      const socket = new WebSocket(transaction, client, {
        message: (message) => sockets.keep(connection, message),
        budget: sockets.budget,
      });
      const connection: WebSocketConnection = { id, client, transaction, socket, messages: [] };
      sockets.connections.push(connection);
      return socket;
    },
  });
}

const name = ({ facts }: Analysis): ((id: number) => string) => {
  const indexes = facts.connections.indexes();
  return (id) => `tcp:${indexes[id]!}`;
};
