/** Shows the datagrams of connections that speak DTLS to their conversations. */
import { services } from '../app/identify.ts';
import type { DtlsConversation } from '../app/tls/dtls.ts';
import type { TlsConnections } from '../app/tls/run.ts';
import type { Observer } from '../flow/observer.ts';
import type { Tracker } from '../flow/tracker.ts';
import type { WantedConnection } from '../flow/wanted.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { UDP } from '../wire/ip.ts';

const DTLS = services.indexOf('dtls');

/** Datagrams never take a lane: they are shown to selective observers as to all others. */
export class DtlsTap implements Observer {
  readonly selective = true;
  readonly #connections: TlsConnections;
  /** By record, which no sender of packets can choose. */
  readonly #followed = new Map<number, DtlsConversation>();

  readonly #wanted: WantedConnection | null;

  /** `wanted`: only that connection; null for all. */
  constructor(connections: TlsConnections, wanted: WantedConnection | null = null) {
    this.#connections = connections;
    this.#wanted = wanted;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    const wanted = this.#wanted;
    if (wanted?.look(tracker) === false) return;
    for (let i = 0; i < count; i++) {
      const f = frames[i]!;
      const id = tracker.connection[i]!;
      if (wanted !== null && id !== wanted.id) continue;
      if (f.protocol !== UDP || id < 0 || counted[i] === 0 || f.stop !== Stop.none || tracker.service(id) !== DTLS)
        continue;
      let conversation = this.#followed.get(id);
      if (conversation === undefined) this.#followed.set(id, (conversation = this.#connections.datagrams(id)));
      if (conversation.done) continue;
      const payload = f.bytes.subarray(f.payload, f.payload + f.payloadCaptured);
      const { number: frame, seconds, nanoseconds } = f;
      conversation.datagram(tracker.side[i] === 0 ? 0 : 1, payload, { frame, seconds, nanoseconds });
    }
  }
}
