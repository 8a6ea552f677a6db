/**
 * What `analyze` and `findings` learn of protocols: HTTP, WebSocket, TLS, SSH and DNS are decoded where the first payload
 * of a connection is of them. The frames of all others are counted as if nobody looked.
 */
import { type Exchange, DnsPairing } from './app/dns/pairing.ts';
import { readDns } from './app/dns/message.ts';
import { NameBook } from './app/dns/name-book.ts';
import { readable } from './app/latin1.ts';
import { DnsStream } from './app/dns/tcp.ts';
import { HttpConversation, type HttpSink } from './app/http/conversation.ts';
import { NotableTransactions } from './app/http/notable.ts';
import { Secured } from './app/http/secured.ts';
import { Http2 } from './app/http2/http2.ts';
import { services } from './app/identify.ts';
import { SshConnections } from './app/ssh/run.ts';
import { type Keys, Decryptor } from './app/tls/decryptor.ts';
import { KeyLog } from './app/tls/key-log.ts';
import { TlsConnections } from './app/tls/run.ts';
import { nodeRoots } from './app/tls/node-roots.ts';
import { TrustStore, certificatesOfPem } from './app/tls/trust.ts';
import { GatheredWebSockets, type WebSocketConnection } from './app/websocket/gathered.ts';
import { WebSocket } from './app/websocket/websocket.ts';
import type { FrameSource } from './capture/source.ts';
import { dnsFailures } from './detect/dns/dns-failure.ts';
import { dnsProtocolOf } from './detect/dns/protocol.ts';
import type { Facts } from './detect/facts.ts';
import { socketText } from './detect/groups.ts';
import { inOrder } from './detect/sites.ts';
import type { Tracker } from './flow/tracker.ts';
import type { StreamSink } from './stream/segment.ts';
import { ServiceTap } from './stream/service-tap.ts';

const number = (name: (typeof services)[number]): number => services.indexOf(name);
const [http, http2, tls, ssh, dns] = (['http', 'http2', 'tls', 'ssh', 'dns'] as const).map(number);

/** Answers that are kept although nothing is wrong with them: they prove that a server was heard. */
const MAX_GOOD_ANSWERS = 1000;

export class Decoding {
  readonly observer: ServiceTap;
  readonly #keys: Keys = { log: new KeyLog(), rsa: [] };
  readonly #transactions = new NotableTransactions();
  readonly #sockets = new GatheredWebSockets();
  /** Of connections that are not over. */
  readonly #open = new Map<number, HttpConversation>();
  /** Who takes what is inside TLS, by record. */
  readonly #inside = new Map<number, StreamSink>();
  readonly #tls: TlsConnections;
  readonly #ssh = new SshConnections();
  readonly #pairing: DnsPairing;
  readonly #names: NameBook | null;
  readonly #good = new Set<Exchange>();
  #limited = false;

  /** `names`: what DNS answers call addresses is kept. */
  constructor(names = false) {
    this.#names = names ? new NameBook() : null;
    this.#tls = new TlsConnections((id, handshake) => {
      const sink = this.#inside.get(id);
      this.#inside.delete(id);
      return sink === undefined || this.#keys.log.isEmpty ? null : new Decryptor(handshake, this.#keys, sink);
    });
    this.#pairing = new DnsPairing((exchange) => this.#isWorthKeeping(exchange));
    this.observer = new ServiceTap(
      [http!, http2!, tls!, ssh!, dns!],
      (tracker, id, service) => this.#sinkOf(tracker, id, service),
      {
        datagram: (id, side, bytes, start, end, _cut, at) => {
          const protocol = dnsProtocolOf(this.observer.tracker!, id);
          const message = protocol === undefined ? null : readDns(bytes, start, end);
          if (message !== null && message.opcode <= MAX_OPCODE) this.#addDns(id, 'udp', protocol!, side, message, at);
        },
      },
    );
  }

  /** Secrets of the capture itself. */
  readonly onOpen = ({ secrets }: FrameSource): void => this.#keys.log.watch(secrets);

  /** The capture is at its end: what was learnt becomes facts. */
  finish(facts: Facts): void {
    this.observer.finish();
    for (const conversation of this.#open.values()) conversation.finish();
    this.#open.clear();
    const { connections: c, limits } = facts;
    const transactions = this.#transactions;
    for (const limit of this.#limits()) limits.add(limit);
    facts.http = {
      connections: inOrder(c, transactions.connections()),
      answersOf: transactions.answers((id) => socketText(c, id, 1)),
      totals: transactions,
    };
    facts.webSockets = inOrder(c, this.#sockets.connections);
    if (this.#tls.found.length > 0) {
      const roots = certificatesOfPem(nodeRoots());
      facts.tls = { connections: this.#tls.found, trust: new TrustStore(roots) };
    }
    if (this.#ssh.found.length > 0) facts.ssh = { connections: this.#ssh.found, knownHosts: null };
    facts.dns = this.#pairing;
  }

  #limits(): string[] {
    return [
      ...(this.observer.limitReached ? ['held-bytes'] : []),
      ...(this.observer.unfollowed > 0 ? ['decoded-connections'] : []),
      ...(this.#limited ? ['outstanding-requests'] : []),
      ...(this.#transactions.limitReached ? ['transactions'] : []),
      ...(this.#sockets.limitReached ? ['websocket-messages'] : []),
      ...(this.#pairing.limitReached ? ['dns-queries'] : []),
      ...this.#tls.limits,
      ...this.#ssh.limits,
    ];
  }

  #sinkOf(tracker: Tracker, id: number, service: number): StreamSink | null {
    switch (service) {
      case ssh:
        return this.#ssh.conversation(id);
      case dns: {
        const protocol = dnsProtocolOf(tracker, id);
        return protocol === undefined
          ? null
          : new DnsStream((side, message, at) => this.#addDns(id, 'tcp', protocol, side, message, at));
      }
      case tls:
        return this.#keys.log.isEmpty ? this.#tls.conversation(id) : this.#httpOf(id);
      default:
        return this.#httpOf(id);
    }
  }

  #httpOf(id: number): StreamSink {
    const transactions = this.#transactions;
    const sink: HttpSink = {
      closed: (transaction) => transactions.add(id, transaction),
      ended: (side, at) => transactions.end(id, side, at),
      http2: (client, upgraded, events) => new Http2(client, events, upgraded),
      tunnel: (transaction, client) => {
        if (!/\bwebsocket\b/i.test(transaction.response?.head.known.upgrade ?? '')) return null;
        const socket = new WebSocket(transaction, client, {
          message: (message) => this.#sockets.keep(connection, message),
          budget: this.#sockets.budget,
        });
        const connection: WebSocketConnection = { id, client, transaction, socket, messages: [] };
        this.#sockets.connections.push(connection);
        return socket;
      },
      secure: (first) =>
        Secured.open(
          (plain) => {
            this.#inside.set(id, plain);
            return this.#tls.conversation(id);
          },
          sink,
          first,
        ),
      over: () => {
        transactions.over(id);
        this.#limited ||= conversation.limitReached;
        this.#open.delete(id);
      },
    };
    const conversation = new HttpConversation(sink);
    this.#open.set(id, conversation);
    return conversation;
  }

  #addDns(...added: Parameters<DnsPairing['add']>): void {
    const message = added[4];
    if (message.isResponse) this.#names?.add(message);
    this.#pairing.add(...added);
  }

  /** Names of addresses, as answers in the capture gave them. */
  nameOf(address: string): string | null {
    const name = this.#names?.nameOf(address) ?? null;
    return name === null ? null : readable(name);
  }

  #isWorthKeeping(exchange: Exchange): boolean {
    if (dnsFailures.has(exchange.answer!.rcode)) return true;
    if (this.#good.size < MAX_GOOD_ANSWERS) this.#good.add(exchange);
    return this.#good.has(exchange);
  }
}

/** RFC 1035 section 4.1.1 and its successors: numbers beyond are not assigned. */
const MAX_OPCODE = 6;
