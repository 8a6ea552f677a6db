/** The TLS connections of a run. */
import type { Side } from '../../stream/segment.ts';
import { CertificateStore } from './certificates.ts';
import { type TlsRun, TlsConversation } from './conversation.ts';
import { DtlsConversation } from './dtls.ts';
import { Handshake } from './handshake.ts';
import { MAX_HANDSHAKES } from './limits.ts';
import type { Unlocker } from './unlocker.ts';

/** A connection by its record, and its handshake. */
export interface TlsConnection {
  readonly id: number;
  readonly handshake: Handshake;
}

export type Unlock = (id: number, handshake: Handshake) => Unlocker | null;

export class TlsConnections {
  readonly store = new CertificateStore();
  /** In the order of their hellos. */
  readonly found: TlsConnection[] = [];
  /** Handshakes that were not kept. */
  left = 0;
  readonly #unlock: Unlock;

  constructor(unlock: Unlock = () => null) {
    this.#unlock = unlock;
  }

  /** Who takes the bytes of a connection. */
  conversation(id: number): TlsConversation {
    return new TlsConversation(this.#runOf(id));
  }

  /** Who takes the datagrams of a connection. */
  datagrams(id: number): DtlsConversation {
    return new DtlsConversation(this.#runOf(id));
  }

  #runOf(id: number): TlsRun {
    return {
      store: this.store,
      begin: (client) => this.#begin(id, client),
      unlock: (handshake) => this.#unlock(id, handshake),
    };
  }

  #begin(id: number, client: Side): Handshake | null {
    if (this.found.length >= MAX_HANDSHAKES) {
      this.left++;
      return null;
    }
    const handshake = new Handshake(client);
    this.found.push({ id, handshake });
    return handshake;
  }

  /** Names of limits that were reached. */
  get limits(): string[] {
    return [...(this.left > 0 ? ['tls-handshakes'] : []), ...(this.store.limitReached ? ['tls-certificates'] : [])];
  }
}
