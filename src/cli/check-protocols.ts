/** Rows and findings of HTTP, TLS, SSH, WebSocket and DNS for policies: every stream is put in order once, for all of them. */
import { GatheredTransactions } from '../app/http/gathered.ts';
import { services } from '../app/identify.ts';
import type { KnownHosts } from '../app/ssh/known-hosts.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import type { Analysis } from '../analysis.ts';
import { detectAll } from '../detect/index.ts';
import { detectHttp } from '../detect/http/index.ts';
import type { Finding } from '../detect/finding.ts';
import { sshDetectors, tlsDetectors } from '../detect/tls-and-ssh.ts';
import { detectWebSocket } from '../detect/websocket/index.ts';
import { type Telling, transactionRows } from '../report/http/rows.ts';
import { sshRows } from '../report/ssh/document.ts';
import { tlsRows } from '../report/tls/document.ts';
import { websocketRows } from '../report/websocket/document.ts';
import { ServiceTap } from '../stream/service-tap.ts';
import type { Source } from './check-sources.ts';
import { Conversations } from '../app/conversations.ts';
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
  const transactions = new GatheredTransactions();
  const conversations = new Conversations(transactions, true);
  const { tls, ssh, sockets } = conversations;
  const tap = new ServiceTap(services.keys(), (_, id, service) => conversations.sinkOf(id, service));
  const finish = ({ facts: { limits } }: Analysis): void => {
    tap.finish();
    conversations.finish();
    for (const limit of conversations.limits()) limits.add(limit);
    if (tap.limitReached) limits.add('held-bytes');
    if (tap.unfollowed > 0) limits.add('decoded-connections');
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
    onOpen: conversations.onOpen,
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

const name = ({ facts }: Analysis): ((id: number) => string) => {
  const indexes = facts.connections.indexes();
  return (id) => `tcp:${indexes[id]!}`;
};
