/** Finds the record of a connection named by Wireshark's tcp.stream or udp.stream, while a capture is read. */
import { Meta, WORDS, Word } from './records.ts';
import type { Tracker } from './tracker.ts';

export class WantedConnection {
  /** Record of the connection, once it was seen; -1 before. */
  id = -1;
  readonly #transport: number;
  readonly #index: number;
  /** Records that were looked at, and how many of them have the transport. */
  #looked = 0;
  #found = 0;

  constructor(transport: 'tcp' | 'udp', index: number) {
    this.#transport = transport === 'udp' ? Meta.udp : 0;
    this.#index = index;
  }

  /** Looks for it among the records that were opened since the last call. False while it is not known. */
  look({ table }: Tracker): boolean {
    const { w, count } = table.records;
    for (; this.id < 0 && this.#looked < count; this.#looked++) {
      if ((w[this.#looked * WORDS + Word.meta]! & Meta.udp) !== this.#transport) continue;
      if (this.#found++ === this.#index) this.id = this.#looked;
    }
    return this.id >= 0;
  }
}
