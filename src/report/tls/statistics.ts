/** How often each version, suite, name, protocol and fingerprint occurs among the handshakes of a run. */
import { versionName } from '../../app/tls/names.ts';
import type { Handshake } from '../../app/tls/handshake.ts';
import { tlsOutcome } from '../../app/tls/outcome.ts';
import { suiteName } from '../../app/tls/suites.ts';

/** A value, `null` where there is none, and how many handshakes have it. */
interface Counted {
  readonly value: string | null;
  readonly count: number;
}

/** The most frequent values, and how many different ones there are. */
export interface Frequencies {
  readonly distinct: number;
  readonly top: readonly Counted[];
}

export interface TlsStatistics {
  readonly handshakes: number;
  readonly outcomes: Frequencies;
  readonly versions: Frequencies;
  readonly ciphers: Frequencies;
  readonly serverNames: Frequencies;
  readonly alpn: Frequencies;
  readonly resumptions: Frequencies;
  readonly ja3: Frequencies;
  readonly ja3s: Frequencies;
  readonly ja4: Frequencies;
}

/** Values of one kind that are told. */
export const MAX_TOP = 100;

const values: Readonly<Record<Exclude<keyof TlsStatistics, 'handshakes'>, (h: Handshake) => string | null>> = {
  outcomes: tlsOutcome,
  versions: ({ version }) => (version === null ? null : versionName(version)),
  ciphers: ({ suite }) => (suite === null ? null : suiteName(suite)),
  serverNames: ({ clientHello }) => clientHello?.serverName ?? null,
  alpn: ({ alpn }) => alpn,
  resumptions: ({ resumption }) => resumption,
  ja3: ({ ja3 }) => ja3,
  ja3s: ({ ja3s }) => ja3s,
  ja4: ({ ja4 }) => ja4,
};

export function statisticsOf(handshakes: readonly Handshake[]): TlsStatistics {
  const of = (value: (h: Handshake) => string | null): Frequencies => frequencies(handshakes, value);
  return {
    handshakes: handshakes.length,
    outcomes: of(values.outcomes),
    versions: of(values.versions),
    ciphers: of(values.ciphers),
    serverNames: of(values.serverNames),
    alpn: of(values.alpn),
    resumptions: of(values.resumptions),
    ja3: of(values.ja3),
    ja3s: of(values.ja3s),
    ja4: of(values.ja4),
  };
}

function frequencies(handshakes: readonly Handshake[], valueOf: (h: Handshake) => string | null): Frequencies {
  const counts = new Map<string | null, number>();
  for (const each of handshakes) {
    const value = valueOf(each);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const all = [...counts].map(([value, count]) => ({ value, count }));
  const top = all.toSorted((a, b) => b.count - a.count || byText(a.value ?? '', b.value ?? '')).slice(0, MAX_TOP);
  return { distinct: all.length, top };
}

/** By code units: the same in every locale. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
