/** DNS of a run, over UDP and TCP: what `dns`, `check` and `--names` rest on. */
import { readDns } from '../app/dns/message.ts';
import type { DnsProtocol, Exchange } from '../app/dns/exchange.ts';
import { DnsPairing } from '../app/dns/pairing.ts';
import { DnsStream } from '../app/dns/tcp.ts';
import { DnsEnds } from '../detect/dns/ends.ts';
import { dnsProtocolOf } from '../detect/dns/protocol.ts';
import type { Facts } from '../detect/facts.ts';
import { Observers } from '../flow/observers.ts';
import type { Observer } from '../flow/observer.ts';
import { DatagramTap } from '../stream/datagrams.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { StreamTap } from '../stream/tap.ts';

/** Takes an exchange that nothing changes any more; `now`: seconds since 1970 up to which the capture was read. */
export type TakesExchange = (exchange: Exchange, ends: DnsEnds, now: number) => void;

export class DnsRun {
  readonly observer: Observer;
  readonly #pairing: DnsPairing;
  readonly #streams: StreamTap;
  readonly #protocols: (DnsProtocol | undefined)[] = [];
  #ends: DnsEnds | null = null;
  /** Datagrams on these ports that are no DNS. */
  unreadable = 0;

  constructor(settled: TakesExchange) {
    const pairing = new DnsPairing({
      settled: (exchange, now) => settled(exchange, this.#ends!, now),
      ends: (...end) => this.#ends!.both(...end),
    });
    this.#pairing = pairing;
    const datagrams = new DatagramTap(
      (tracker, id) => {
        this.#ends ??= new DnsEnds(tracker);
        return (this.#protocols[id] = dnsProtocolOf(tracker, id)) !== undefined;
      },
      {
        datagram: (id, side, bytes, start, end, _cut, at) => {
          const message = readDns(bytes, start, end);
          if (message === null || message.opcode > 6) this.unreadable++;
          else pairing.add(id, 'udp', this.#protocols[id]!, side, message, at);
        },
      },
    );
    this.#streams = new StreamTap(
      (tracker, id) => {
        const protocol = dnsProtocolOf(tracker, id);
        if (protocol === undefined) return null;
        this.#ends ??= new DnsEnds(tracker);
        return new DnsStream((side, message, at) => pairing.add(id, 'tcp', protocol, side, message, at));
      },
      DEFAULT_POLICY,
      false,
    );
    this.observer = new Observers(datagrams, this.#streams);
  }

  /** The capture is at its end. Returns the names of limits that were reached. */
  finish({ connections }: Facts): string[] {
    this.#streams.finish();
    this.#pairing.finish(connections.captureEnd.seconds);
    return [
      ...(this.#streams.limitReached ? ['held-bytes'] : []),
      ...(this.#pairing.limitReached ? ['dns-queries'] : []),
    ];
  }
}
