/** TLS of a run: which connections are followed for it. */
import { type Service, services } from '../app/identify.ts';
import { isPlainHttp } from '../app/tls/conversation.ts';
import type { DtlsConversation } from '../app/tls/dtls.ts';
import type { TlsConnections } from '../app/tls/run.ts';
import type { Observer } from '../flow/observer.ts';
import { Observers } from '../flow/observers.ts';
import type { Tracker } from '../flow/tracker.ts';
import { ServiceTap } from '../stream/service-tap.ts';
import { type Frame, Stop } from '../wire/frame.ts';
import { UDP } from '../wire/ip.ts';

/** TLS itself, what may start it later (STARTTLS, CONNECT of a proxy), and what the first payload does not tell. */
const mayBecomeTls: readonly (Service | '')[] = ['tls', 'smtp', 'ftp', 'http', ''];
const HTTP = services.indexOf('http');

const DTLS = services.indexOf('dtls');

export class TlsRun {
  readonly observer: Observer;
  readonly #tap: ServiceTap;

  constructor(connections: TlsConnections) {
    const numbers = mayBecomeTls.map((name) => services.indexOf(name));
    this.#tap = new ServiceTap(numbers, (_, id, service, f) =>
      service === HTTP && beginsPlainHttp(f) ? null : connections.conversation(id),
    );
    this.observer = new Observers(this.#tap, new DtlsTap(connections));
  }

  /** The capture is at its end. Returns the names of limits that were reached. */
  finish(): string[] {
    this.#tap.finish();
    return [
      ...(this.#tap.budget.limitReached ? ['held-bytes'] : []),
      ...(this.#tap.unfollowed > 0 ? ['followed-connections'] : []),
    ];
  }
}

/** Datagrams never take a lane: they are shown to selective observers as to all others. */
class DtlsTap implements Observer {
  readonly selective = true;
  readonly #connections: TlsConnections;
  /** By record, which no sender of packets can choose. */
  readonly #followed = new Map<number, DtlsConversation>();

  constructor(connections: TlsConnections) {
    this.#connections = connections;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    for (let i = 0; i < count; i++) {
      const f = frames[i]!;
      const id = tracker.connection[i]!;
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

const beginsPlainHttp = ({ bytes, payload, payloadLength, end }: Frame): boolean =>
  isPlainHttp(bytes.subarray(payload, Math.min(end, payload + payloadLength)));
