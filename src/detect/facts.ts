/** All that a run learned: what detectors judge and documents are made of. */
import type { HttpConnection } from '../app/http/gathered.ts';
import type { WebSocketConnection } from '../app/websocket/gathered.ts';
import type { KnownHosts } from '../app/ssh/known-hosts.ts';
import type { SshConnection } from '../app/ssh/run.ts';
import type { TlsConnection } from '../app/tls/run.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import type { FrameSource } from '../capture/source.ts';
import type { Connections } from '../flow/connections.ts';
import type { Totals } from '../flow/totals.ts';
import type { ConnectionMessages } from '../app/framing/gathered.ts';
import type { Tracker } from '../flow/tracker.ts';
import type { DnsFailures } from './dns/dns-failure.ts';
import type { Stream } from '../stream/stream.ts';
import type { Thresholds } from './flood/thresholds.ts';
import type { Fragments } from '../wire/fragments.ts';
import type { Paths } from '../wire/paths.ts';

/** A connection whose bytes were put in order. */
export interface StreamFacts {
  /** Its record. */
  readonly id: number;
  readonly stream: Stream;
  /** Null where no framing was given. */
  readonly messages: ConnectionMessages | null;
}

interface HttpTotals {
  readonly requests: number;
  readonly responses: number;
  /** Responses by the first digit of their status. */
  readonly byClass: readonly number[];
  readonly slowestSeconds: number;
}

export interface Facts {
  readonly source: FrameSource;
  readonly totals: Totals;
  readonly paths: Paths;
  readonly fragments: Fragments;
  readonly tracker: Tracker;
  readonly connections: Connections;
  /** Names of limits that detectors reached. */
  readonly limits: Set<string>;
  /** The run was stopped from outside before the end of the input. */
  readonly interrupted: boolean;
  /** Filled by commands that put streams in order, in order of connections; empty for the others. */
  readonly streams: StreamFacts[];
  /** HTTP transactions that are worth a look, what there was of others, and when each host answered: only where asked for. */
  http?: {
    readonly connections: readonly HttpConnection[];
    readonly answersOf: (host: string) => readonly number[];
    readonly totals: HttpTotals;
  };
  webSockets?: readonly WebSocketConnection[];
  dns?: { readonly failures: DnsFailures; readonly queries: number; readonly answered: number };
  /** Where somebody asked for others than the usual ones. */
  readonly floodThresholds?: Thresholds;
  /** TLS handshakes, and the roots that are trusted: only where somebody asked for them. */
  tls?: { readonly connections: readonly TlsConnection[]; readonly trust: TrustStore };
  /** SSH sessions, and the host keys that are known: only where somebody asked for them. */
  ssh?: { readonly connections: readonly SshConnection[]; readonly knownHosts: KnownHosts | null };
}
