/** DNS of a run, over UDP and TCP: what `dns` and `--names` rest on. */
import { readable } from '../app/latin1.ts';
import { NameBook } from '../app/dns/name-book.ts';
import { readDns } from '../app/dns/message.ts';
import { type DnsProtocol, type Exchange, DnsPairing } from '../app/dns/pairing.ts';
import { repeatsOf } from '../app/dns/repeats.ts';
import { DnsStream } from '../app/dns/tcp.ts';
import type { Facts } from '../detect/facts.ts';
import { detectDns } from '../detect/dns/dns-failure.ts';
import { dnsProtocolOf } from '../detect/dns/protocol.ts';
import { socketText } from '../detect/groups.ts';
import { Observers } from '../flow/observers.ts';
import type { Observer } from '../flow/observer.ts';
import type { RunOfQueries } from '../report/dns/document.ts';
import { DatagramTap } from '../stream/datagrams.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { StreamTap } from '../stream/tap.ts';

export class DnsRun {
  readonly pairing = new DnsPairing();
  readonly observer: Observer;
  readonly #streams: StreamTap;
  readonly #protocols: (DnsProtocol | undefined)[] = [];
  /** Datagrams on these ports that are no DNS. */
  unreadable = 0;

  constructor() {
    const datagrams = new DatagramTap(
      (tracker, id) => (this.#protocols[id] = dnsProtocolOf(tracker, id)) !== undefined,
      {
        datagram: (id, side, bytes, start, end, _cut, at) => {
          const message = readDns(bytes, start, end);
          if (message === null || message.opcode > 6) this.unreadable++;
          else this.pairing.add(id, 'udp', this.#protocols[id]!, side, message, at);
        },
      },
    );
    this.#streams = new StreamTap(
      (tracker, id) => {
        const protocol = dnsProtocolOf(tracker, id);
        if (protocol === undefined) return null;
        return new DnsStream((side, message, at) => this.pairing.add(id, 'tcp', protocol, side, message, at));
      },
      DEFAULT_POLICY,
      false,
    );
    this.observer = new Observers(datagrams, this.#streams);
  }

  /** Names of addresses, as answers in the capture gave them. */
  names(): (address: string) => string | null {
    const book = new NameBook();
    for (const { answer } of this.pairing.exchanges) if (answer !== null) book.add(answer);
    return (address) => {
      const name = book.nameOf(address);
      return name === null ? null : readable(name);
    };
  }

  /** The capture is at its end. Returns the names of limits that were reached. */
  finish(): string[] {
    this.#streams.finish();
    return [
      ...(this.#streams.limitReached ? ['held-bytes'] : []),
      ...(this.pairing.limitReached ? ['dns-queries'] : []),
    ];
  }
}

/** The capture is at its end: queries in the order of rows, and what is to be said of them. */
export function queriesOf({ connections: c }: Facts, dns: DnsRun): RunOfQueries {
  const limits = dns.finish();
  const { exchanges } = dns.pairing;
  const indexes = c.indexes();
  const ends = ({ connection, side }: Exchange): string =>
    `${c.address(connection, side)} ${socketText(c, connection, side === 0 ? 1 : 0)}`;
  const order = new Uint32Array(c.count);
  c.ordered().forEach((id, i) => (order[id] = i));
  const findings = detectDns({
    exchanges,
    serverOf: ({ connection, side }) => socketText(c, connection, side === 0 ? 1 : 0),
    captureEnd: c.captureEnd.seconds,
  });
  return {
    exchanges: exchanges.toSorted((a, b) => order[a.connection]! - order[b.connection]!),
    name: (id, transport) => `${transport}:${indexes[id]!}`,
    repeats: repeatsOf(exchanges, ends),
    unreadable: dns.unreadable,
    limits,
    findings,
  };
}
