/** What `conn` reads beside segments: the TLS, DTLS or SSH of its connection. */
import type { Analysis } from '../analysis.ts';
import type { KnownHosts } from '../app/ssh/known-hosts.ts';
import { SshConnections } from '../app/ssh/run.ts';
import { Decryptor, type Keys } from '../app/tls/decryptor.ts';
import { TlsConnections } from '../app/tls/run.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import { detectAll, detectors } from '../detect/index.ts';
import type { Facts } from '../detect/facts.ts';
import type { Finding } from '../detect/finding.ts';
import { sshDetectors, tlsDetectors } from '../detect/tls-and-ssh.ts';
import type { Observer } from '../flow/observer.ts';
import { WantedConnection } from '../flow/wanted.ts';
import type { Spoken } from '../report/ladder/spoken.ts';
import { sshRows } from '../report/ssh/document.ts';
import { tlsRows } from '../report/tls/document.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { SharedSink } from '../stream/shared-sink.ts';
import { StreamTap } from '../stream/tap.ts';
import type { ConnectionName } from './connection-name.ts';
import { DtlsTap } from './dtls-tap.ts';

export interface SpokenOptions {
  readonly keys: Keys;
  readonly trust: () => TrustStore;
  readonly knownHosts: KnownHosts | null;
}

export class ConnSpoken {
  readonly observer: Observer;
  readonly #tap: StreamTap;
  readonly #tls: TlsConnections;
  readonly #ssh = new SshConnections();
  readonly #options: SpokenOptions;

  constructor({ transport, index }: ConnectionName, options: SpokenOptions) {
    const { log, rsa } = options.keys;
    this.#options = options;
    this.#tls = new TlsConnections((_, handshake) =>
      log.isEmpty && rsa.length === 0 ? null : new Decryptor(handshake, options.keys, null),
    );
    let tcp = 0;
    const wants = (id: number): SharedSink | null =>
      transport === 'tcp' && tcp++ === index
        ? new SharedSink([this.#tls.conversation(id), this.#ssh.conversation(id)])
        : null;
    this.#tap = new StreamTap((_, id) => wants(id), DEFAULT_POLICY, false);
    this.observer = transport === 'tcp' ? this.#tap : new DtlsTap(this.#tls, new WantedConnection(transport, index));
  }

  /** The capture is at its end: what was said, and findings about all connections. */
  finish({ facts }: Analysis): { readonly spoken: Spoken; readonly findings: readonly Finding[] } {
    this.#tap.finish();
    if (this.#tap.limitReached) facts.limits.add('held-bytes');
    const more: { -readonly [Key in 'tls' | 'ssh']?: NonNullable<Facts[Key]> } = {};
    const { knownHosts, trust } = this.#options;
    if (this.#tls.found.length > 0) more.tls = { connections: this.#tls.found, trust: trust() };
    if (this.#ssh.found.length > 0) more.ssh = { connections: this.#ssh.found, knownHosts };
    const [tls = null] = more.tls === undefined ? [] : tlsRows(facts, more.tls);
    const [ssh = null] = more.ssh === undefined ? [] : sshRows(facts, more.ssh);
    const findings = detectAll({ ...facts, ...more }, [...detectors, ...tlsDetectors, ...sshDetectors]);
    return { spoken: { tls, ssh }, findings };
  }
}
