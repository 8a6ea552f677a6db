/** Names of addresses, as DNS answers in the capture gave them. */
import { MAX_NAMED_ADDRESSES } from '../limits.ts';
import type { DnsMessage } from './message.ts';

export class NameBook {
  /** By address as text: names are what was asked for, not what it was an alias of. */
  readonly #names = new Map<string, string>();
  add({ questions, answers }: DnsMessage): void {
    const asked = questions[0]?.name ?? answers[0]?.name;
    for (const { type, data, name } of answers) {
      if (type !== 'A' && type !== 'AAAA') continue;
      if (this.#names.size < MAX_NAMED_ADDRESSES || this.#names.has(data))
        this.#names.set(data, (asked ?? name).toLowerCase());
    }
  }

  /** Null for an address without a name. The last answer counts. */
  nameOf(address: string): string | null {
    return this.#names.get(address) ?? null;
  }
}
