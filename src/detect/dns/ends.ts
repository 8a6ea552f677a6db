/** Connections with DNS by name, and who asks whom, while the capture is still read. */
import type { Side } from '../../stream/segment.ts';
import { Connections } from '../../flow/connections.ts';
import { Word } from '../../flow/records.ts';
import type { Tracker } from '../../flow/tracker.ts';
import { socketText } from '../groups.ts';

export class DnsEnds {
  readonly #connections: Connections;
  /** By record: its number among those of its transport, as far as somebody asked. */
  #numbers = new Uint32Array(1024);
  #numbered = 0;
  readonly #next: [tcp: number, udp: number] = [0, 0];
  readonly #server = { key: '', text: '' };

  constructor(tracker: Tracker) {
    // For addresses, which do not change: the time of the capture's end is not asked for.
    this.#connections = new Connections(tracker, { seconds: 0, nanoseconds: 0 });
  }

  /** As in `udp:3`. */
  name(connection: number): string {
    const c = this.#connections;
    for (; this.#numbered <= connection; this.#numbered++) {
      if (this.#numbered === this.#numbers.length) this.#grow();
      this.#numbers[this.#numbered] = this.#next[c.isUdp(this.#numbered) ? 1 : 0]++;
    }
    return `${c.isUdp(connection) ? 'udp' : 'tcp'}:${this.#numbers[connection]!}`;
  }

  /** Address and port of the end that `side` asked. Mostly it is the one that was asked before. */
  server(connection: number, side: Side): string {
    const key = this.#key(connection, side === 0 ? 1 : 0);
    if (key !== this.#server.key) {
      this.#server.key = key;
      this.#server.text = socketText(this.#connections, connection, side === 0 ? 1 : 0);
    }
    return this.#server.text;
  }

  /** The same text for the same address that asked, and the same address and port that were asked; for no other. */
  both(connection: number, side: Side): string {
    return `${this.#connections.word(connection, Word.addressA + side)} ${this.#key(connection, side === 0 ? 1 : 0)}`;
  }

  /** Address and port of an end by the words of the record, which are cheaper than text. */
  #key(connection: number, side: Side): string {
    const c = this.#connections;
    const address = c.word(connection, Word.addressA + side);
    return `${c.isIpv6(connection) ? 6 : 4} ${address} ${c.port(connection, side)}`;
  }

  #grow(): void {
    const numbers = new Uint32Array(2 * this.#numbers.length);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
  }
}
