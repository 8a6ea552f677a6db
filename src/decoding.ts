/**
 * What `analyze` and `findings` learn of protocols: HTTP, WebSocket, TLS, SSH and DNS are decoded where the first payload
 * of a connection is of them. The frames of all others are counted as if nobody looked.
 */
import { DnsPairing } from './app/dns/pairing.ts';
import { readDns } from './app/dns/message.ts';
import { NameBook } from './app/dns/name-book.ts';
import { readable } from './app/latin1.ts';
import { DnsStream } from './app/dns/tcp.ts';
import { Conversations } from './app/conversations.ts';
import { NotableTransactions } from './app/http/notable.ts';
import { services } from './app/identify.ts';
import { nodeRoots } from './app/tls/node-roots.ts';
import { TrustStore, certificatesOfPem } from './app/tls/trust.ts';
import { DnsFailures } from './detect/dns/dns-failure.ts';
import { DnsEnds } from './detect/dns/ends.ts';
import { dnsProtocolOf } from './detect/dns/protocol.ts';
import type { Facts } from './detect/facts.ts';
import { socketText } from './detect/groups.ts';
import { inOrder } from './detect/sites.ts';
import type { Tracker } from './flow/tracker.ts';
import type { StreamSink } from './stream/segment.ts';
import { ServiceTap } from './stream/service-tap.ts';

const number = (name: (typeof services)[number]): number => services.indexOf(name);
const dns = number('dns');
const decoded = (['http', 'http2', 'tls', 'ssh', 'dns'] as const).map(number);

export class Decoding {
  readonly observer: ServiceTap;
  readonly #transactions = new NotableTransactions();
  readonly #conversations = new Conversations(this.#transactions);
  readonly #failures = new DnsFailures();
  readonly #pairing = new DnsPairing({
    settled: (exchange, now) => {
      this.#failures.add(exchange, this.#ends().server(exchange.connection, exchange.side), now);
    },
    ends: (...end) => this.#ends().both(...end),
  });
  #dnsEnds: DnsEnds | null = null;
  readonly #names: NameBook | null;

  /** `names`: what DNS answers call addresses is kept. */
  constructor(names = false) {
    this.#names = names ? new NameBook() : null;
    this.observer = new ServiceTap(decoded, (tracker, id, service) => this.#sinkOf(tracker, id, service), {
      datagram: (id, side, bytes, start, end, _cut, at) => {
        const protocol = dnsProtocolOf(this.observer.tracker!, id);
        const message = protocol === undefined ? null : readDns(bytes, start, end);
        if (message !== null && message.opcode <= MAX_OPCODE) this.#addDns(id, 'udp', protocol!, side, message, at);
      },
    });
  }

  /** Secrets of the capture itself. */
  readonly onOpen = this.#conversations.onOpen;

  /** The capture is at its end: what was learnt becomes facts. */
  finish(facts: Facts): void {
    this.observer.finish();
    this.#conversations.finish();
    const { connections: c, limits } = facts;
    const transactions = this.#transactions;
    const { sockets, tls, ssh } = this.#conversations;
    this.#pairing.finish(c.captureEnd.seconds);
    for (const limit of this.#limits()) limits.add(limit);
    facts.http = {
      connections: inOrder(c, transactions.connections()),
      answersOf: transactions.answers((id) => socketText(c, id, 1)),
      totals: transactions,
    };
    facts.webSockets = inOrder(c, sockets.connections);
    if (tls.found.length > 0) {
      const roots = certificatesOfPem(nodeRoots());
      facts.tls = { connections: tls.found, trust: new TrustStore(roots) };
    }
    if (ssh.found.length > 0) facts.ssh = { connections: ssh.found, knownHosts: null };
    const { queries, answered } = this.#pairing;
    facts.dns = { queries, answered, failures: this.#failures };
  }

  #limits(): string[] {
    return [
      ...(this.observer.limitReached ? ['held-bytes'] : []),
      ...(this.observer.unfollowed > 0 ? ['decoded-connections'] : []),
      ...this.#conversations.limits(),
      ...(this.#pairing.limitReached || this.#failures.limitReached ? ['dns-queries'] : []),
    ];
  }

  #sinkOf(tracker: Tracker, id: number, service: number): StreamSink | null {
    if (service !== dns) return this.#conversations.sinkOf(id, service);
    const protocol = dnsProtocolOf(tracker, id);
    return protocol === undefined
      ? null
      : new DnsStream((side, message, at) => this.#addDns(id, 'tcp', protocol, side, message, at));
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

  #ends(): DnsEnds {
    return (this.#dnsEnds ??= new DnsEnds(this.observer.tracker!));
  }
}

/** RFC 1035 section 4.1.1 and its successors: numbers beyond are not assigned. */
const MAX_OPCODE = 6;
