/**
 * SSH as a framing: the lines before the packets (RFC 4253 section 4.2), then packets (section 6) up to SSH_MSG_NEWKEYS.
 * What follows is encrypted, most of it with its lengths: no message is told of there, and none is missed.
 */
import type { StreamDecoder } from '../decoder.ts';
import { MAX_BANNER_BYTES, MAX_PACKET_BYTES } from '../ssh/limits.ts';
import { type Verdict, counted } from './counted.ts';
import { type Boundaries, type Framer, NO_FIELDS } from './framer.ts';
import { eachSide } from './framing.ts';

const LINE_FEED = 10;
const NEWKEYS = 21;
/** packet_length, padding_length, and the first byte of the payload, which is the message's number. */
const HEADER = 6;
const IDENTIFICATION = [...'SSH-'].map((letter) => letter.charCodeAt(0));

export const ssh: StreamDecoder = {
  protocol: 'ssh',
  probe: (head) => {
    if (IDENTIFICATION.some((byte, i) => i < head.length && head[i] !== byte)) return 'no';
    return head.length < IDENTIFICATION.length ? 'more' : 'yes';
  },
  open: eachSide((found) => new SshFramer(found)),
};

class SshFramer implements Framer {
  readonly #framer: Framer;
  /** `last`: in the packet that says NEWKEYS, or right behind it. */
  #phase: 'lines' | 'packets' | 'last' | 'encrypted' = 'lines';

  constructor(found: Boundaries) {
    this.#framer = counted((bytes) => this.#judge(bytes))(found);
  }

  get pending(): number | null {
    return this.#phase === 'encrypted' ? null : this.#framer.pending;
  }

  push(bytes: Uint8Array, offset: number): void {
    if (this.#phase !== 'encrypted') this.#framer.push(bytes, offset);
  }

  gap(offset: number, length: number): void {
    if (this.#phase === 'last' && this.#framer.pending === null) this.#phase = 'encrypted';
    if (this.#phase !== 'encrypted') this.#framer.gap(offset, length);
  }

  end(): void {}

  #judge(bytes: readonly number[]): Verdict | null {
    if (this.#phase === 'lines') return this.#line(bytes);
    if (this.#phase === 'packets') return this.#packet(bytes);
    // The packet is over; this is the rest of the piece that brought its end.
    this.#phase = 'encrypted';
    return { length: Infinity, fields: NO_FIELDS };
  }

  #line(bytes: readonly number[]): Verdict | null {
    const { length } = bytes;
    if (length === 0 || bytes[length - 1] !== LINE_FEED) {
      if (length < MAX_BANNER_BYTES) return null;
      return { length, fields: NO_FIELDS, problem: 'too-long', text: `a line of more than ${MAX_BANNER_BYTES} bytes` };
    }
    if (IDENTIFICATION.every((byte, i) => bytes[i] === byte)) this.#phase = 'packets';
    return { length, fields: { message: this.#phase === 'packets' ? 'identification' : 'line' } };
  }

  #packet(bytes: readonly number[]): Verdict | null {
    if (bytes.length < HEADER) return null;
    const length = ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
    const number = bytes[5]!;
    if (length < 2 || length > MAX_PACKET_BYTES) {
      const text = `a packet of ${length} bytes`;
      return {
        length: Math.max(HEADER, 4 + length),
        fields: NO_FIELDS,
        problem: length < 2 ? 'corrupted' : 'too-long',
        text,
      };
    }
    if (number === NEWKEYS) this.#phase = 'last';
    return { length: 4 + length, fields: { message: number } };
  }
}
