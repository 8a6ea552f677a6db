/** How a handshake ended, and where it stood. */
import { type Side, otherSide } from '../../stream/segment.ts';
import { CLOSE_NOTIFY, WARNING } from './alerts.ts';
import type { Alert, Handshake } from './handshake.ts';
import { isTls13 } from './names.ts';

/**
 * `complete`: both sides sent Finished. `failed`: a fatal alert. `closed`: close_notify before the end. `not-tls`: the other
 * side answered with something else. `partial`: the capture lacks a part. `stopped`: nothing more came.
 */
export const tlsOutcomes = ['complete', 'failed', 'closed', 'not-tls', 'partial', 'stopped'] as const;
export type TlsOutcome = (typeof tlsOutcomes)[number];

/** The alert that ended it before it was complete; null for none. A warning alone ends nothing (RFC 5246 section 7.2). */
export function fatalAlert(h: Handshake): Alert | null {
  return (
    h.alerts.find((alert) => alert.description !== null && alert.description !== CLOSE_NOTIFY && isFatal(h, alert)) ??
    null
  );
}

/** In TLS 1.3 the level says nothing (RFC 8446 section 6). */
const isFatal = (h: Handshake, { level }: Alert): boolean => level !== WARNING || isTls13(h.version ?? 0);

export function tlsOutcome(h: Handshake): TlsOutcome {
  if (fatalAlert(h) !== null) return 'failed';
  if (h.isComplete) return 'complete';
  const has = (id: string): boolean => h.anomalies.some((anomaly) => anomaly.id === id);
  if (has('tls_not_tls')) return 'not-tls';
  if (has('tls_gap') || h.clientHello === null || lacksFlight(h)) return 'partial';
  if (h.alerts.some(({ description }) => description === CLOSE_NOTIFY || description === null)) return 'closed';
  return 'stopped';
}

/** The server's Finished answers the client's, but where a session is resumed: RFC 5246 section 7.3. The capture lacks that one. */
function lacksFlight(h: Handshake): boolean {
  const server = otherSide(h.client);
  const isFull = h.steps.some(({ message }) => message === 'ServerHelloDone');
  return isFull && h.finished[server] && !h.finished[h.client];
}

/** Whose message was to come next; null once both are done. */
export function turnOf(h: Handshake): Side | null {
  if (h.isComplete) return null;
  const server = otherSide(h.client);
  const last = h.steps.findLast(({ message }) => message !== 'alert');
  if (last === undefined) return h.client;
  if (last.side === h.client) return last.message === 'ClientHello' || h.finished[h.client] ? server : h.client;
  const ends = ['ServerHelloDone', 'HelloRetryRequest', 'HelloRequest'];
  return ends.includes(last.message) || h.finished[server] ? h.client : server;
}
