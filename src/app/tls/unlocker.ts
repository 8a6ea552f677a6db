/** What the conversation asks of whoever has keys. */
import type { Arrival, Side } from '../../stream/segment.ts';

/** Content of a record after decryption. */
interface Opened {
  readonly type: number;
  /** Valid during the call. */
  readonly bytes: Uint8Array;
}

export interface Unlocker {
  /** The handshake is over, and there is no key for what follows. */
  readonly isIdle: boolean;
  /** The content of a record; null where it is not encrypted, or no key is known for it; `failed` where a key is wrong. */
  open(side: Side, type: number, version: number, body: Uint8Array): Opened | null | 'failed';
  /** A whole handshake message, after it was read. */
  after(side: Side, type: number, message: Uint8Array): void;
  /** The body of a Finished message, before `after` is called for it. */
  finished(side: Side, body: Uint8Array): void;
  changeCipher(side: Side): void;
  /** Application data in clear. `began`: the segment that brought the first byte of its record. */
  deliver(side: Side, bytes: Uint8Array, now: Arrival, began: Arrival): void;
  /** Application data of about `length` bytes that stays unread. */
  missed(side: Side, length: number, now: Arrival): void;
  end(side: Side, closed: Arrival | null): void;
}
