/** Decryption for decoders of what is inside TLS: nothing of the handshakes is kept beyond their connections. */
import type { StreamSink } from '../../stream/segment.ts';
import { CertificateStore } from './certificates.ts';
import { TlsConversation } from './conversation.ts';
import { Decryptor, type Keys } from './decryptor.ts';
import { Handshake } from './handshake.ts';

export class Unsealer {
  readonly keys: Keys;
  readonly #store = new CertificateStore();

  constructor(keys: Keys) {
    this.keys = keys;
  }

  /** Who takes the bytes of a connection, and hands their plaintext to `sink`; null as long as there are no keys. */
  open(sink: StreamSink): TlsConversation | null {
    const { keys } = this;
    if (keys.log.isEmpty && keys.rsa.length === 0) return null;
    return new TlsConversation({
      store: this.#store,
      begin: (client) => new Handshake(client),
      unlock: (handshake) => new Decryptor(handshake, keys, sink),
    });
  }
}
