/** Bodies that somebody wants: gathered while they are read, handed over once they are whole. */
import { type Inflated, decodeContent } from '../inflate.ts';
import { MAX_BODIES_BYTES, MAX_BODY_BYTES } from '../limits.ts';
import type { Message } from './message.ts';

interface Gathering {
  bytes: Uint8Array;
  length: number;
}

export class Bodies {
  readonly #open = new Map<Message, Gathering>();
  #used = 0;
  /** Bodies that were too large to keep. */
  tooLarge = 0;

  /** Content of a message as it comes, without chunk lines. */
  add(message: Message, bytes: Uint8Array, start: number, end: number): void {
    const gathering = this.#open.get(message) ?? { bytes: new Uint8Array(0), length: 0 };
    const length = gathering.length + end - start;
    if (gathering.length === -1) return;
    if (length > gathering.bytes.length) {
      const size = Math.max(4096, 2 * length);
      this.#used += size - gathering.bytes.length;
      if (length > MAX_BODY_BYTES || this.#used > MAX_BODIES_BYTES) {
        this.tooLarge++;
        this.#used -= size;
        this.#open.set(message, { bytes: new Uint8Array(0), length: -1 });
        return;
      }
      const grown = new Uint8Array(size);
      grown.set(gathering.bytes.subarray(0, gathering.length));
      gathering.bytes = grown;
    }
    gathering.bytes.set(bytes.subarray(start, end), gathering.length);
    gathering.length = length;
    this.#open.set(message, gathering);
  }

  /** The content of a message, decoded; null where there is none, or too much. It is forgotten here. */
  take(message: Message | null): Inflated | null {
    const gathering = message === null ? undefined : this.#open.get(message);
    if (message === null || gathering === undefined) return null;
    this.#open.delete(message);
    this.#used -= gathering.bytes.length;
    if (gathering.length <= 0) return null;
    return decodeContent(gathering.bytes.subarray(0, gathering.length), message.head.known.contentEncoding);
  }
}
