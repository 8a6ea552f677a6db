/** What was decoded of each protocol, in numbers: for the first screen. */
import { versionName } from '../app/tls/names.ts';
import { tlsOutcome } from '../app/tls/outcome.ts';
import type { Facts } from '../detect/facts.ts';

export interface Applications {
  /** Requests and final responses; responses by the class of their status, as in `2xx`. */
  readonly http: {
    readonly requests: number;
    readonly responses: number;
    readonly byStatusClass: Readonly<Record<string, number>>;
    /** First byte of a request to last byte of its response; 0 where no response was seen. */
    readonly slowestSeconds: number;
  };
  readonly webSocket: { readonly connections: number };
  readonly tls: {
    readonly handshakes: number;
    readonly complete: number;
    readonly versions: readonly { readonly version: string; readonly handshakes: number }[];
  };
  readonly ssh: { readonly sessions: number };
  readonly dns: { readonly queries: number; readonly answered: number };
}

/** Null where protocols were not decoded. */
export function applicationsOf({ connections: c, http, webSockets, tls, ssh, dns }: Facts): Applications | null {
  if (http === undefined) return null;
  const { requests, responses, byClass, slowestSeconds } = http.totals;
  const classes = byClass.map((count, digit) => [`${digit}xx`, count] as const).filter(([, count]) => count > 0);
  const handshakes = (tls?.connections ?? []).filter(({ id }) => c.isCounted(id)).map(({ handshake }) => handshake);
  const byVersion = new Map<string, number>();
  for (const { version } of handshakes) {
    if (version !== null) byVersion.set(versionName(version), (byVersion.get(versionName(version)) ?? 0) + 1);
  }
  return {
    http: { requests, responses, byStatusClass: Object.fromEntries(classes), slowestSeconds },
    webSocket: { connections: webSockets?.length ?? 0 },
    tls: {
      handshakes: handshakes.length,
      complete: handshakes.filter((handshake) => tlsOutcome(handshake) === 'complete').length,
      versions: [...byVersion]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([version, count]) => ({ version, handshakes: count })),
    },
    ssh: { sessions: (ssh?.connections ?? []).filter(({ id }) => c.isCounted(id)).length },
    dns: { queries: dns?.queries ?? 0, answered: dns?.answered ?? 0 },
  };
}
