/** TLS of a run: which connections are followed for it. */
import { type Service, services } from '../app/identify.ts';
import { isPlainHttp } from '../app/tls/conversation.ts';
import type { TlsConnections } from '../app/tls/run.ts';
import type { Observer } from '../flow/observer.ts';
import { Observers } from '../flow/observers.ts';
import { ServiceTap } from '../stream/service-tap.ts';
import type { Frame } from '../wire/frame.ts';
import { DtlsTap } from './dtls-tap.ts';

/** TLS itself, what may start it later (STARTTLS, CONNECT of a proxy), and what the first payload does not tell. */
const mayBecomeTls: readonly (Service | '')[] = ['tls', 'smtp', 'ftp', 'http', ''];
const HTTP = services.indexOf('http');

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

const beginsPlainHttp = ({ bytes, payload, payloadLength, end }: Frame): boolean =>
  isPlainHttp(bytes.subarray(payload, Math.min(end, payload + payloadLength)));
