/** Findings about TLS servers: what the same server does in many connections is told once. */
import type { Handshake } from '../app/tls/handshake.ts';
import type { TlsConnection } from '../app/tls/run.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import { otherSide } from '../stream/segment.ts';
import type { Facts } from './facts.ts';
import { type Claim, type Severity, framesFilter } from './finding.ts';
import { plural, socketText } from './groups.ts';

/** What a detector says of one handshake. */
export interface TlsVerdict {
  readonly severity: Severity;
  readonly confidence: number;
  /** Connections of a server with the same words are one finding. */
  readonly text: string;
  readonly frame: number;
  readonly measured?: Record<string, number | string>;
  readonly against?: readonly string[];
  readonly unknowable?: readonly string[];
}

export type TlsJudge = (handshake: Handshake, trust: TrustStore, connection: TlsConnection) => TlsVerdict | null;

interface Group {
  readonly id: number;
  readonly server: string;
  readonly name: string | null;
  readonly verdict: TlsVerdict;
  readonly frames: number[];
  readonly measured: Record<string, number | string>;
  count: number;
}

export function* tlsClaims(facts: Facts, judge: TlsJudge): Generator<Claim> {
  const { tls, connections: c } = facts;
  if (tls === undefined) return;
  const groups = new Map<string, Group>();
  for (const connection of tls.connections) {
    const { id, handshake } = connection;
    const judged = c.isCounted(id) ? judge(handshake, tls.trust, connection) : null;
    if (judged === null) continue;
    const verdict = { ...judged, text: short(judged.text) };
    const server = socketText(c, id, otherSide(handshake.client));
    const key = `${server} ${verdict.text}`;
    let group = groups.get(key);
    if (group === undefined) {
      const name = handshake.clientHello?.serverName ?? null;
      groups.set(key, (group = { id, server, name, verdict, frames: [], measured: { ...verdict.measured }, count: 0 }));
    }
    group.count++;
    if (group.frames.length < MAX_EVIDENCE_FRAMES) group.frames.push(verdict.frame);
  }
  for (const group of groups.values()) yield claimOf(facts, group);
}

function claimOf({ connections: c }: Facts, { id, server, name, verdict, frames, measured, count }: Group): Claim {
  const who = name === null ? server : `${server} (${short(name)})`;
  return {
    severity: verdict.severity,
    confidence: verdict.confidence,
    ...(count === 1 ? { connection: `${c.isUdp(id) ? 'udp' : 'tcp'}:${c.indexes()[id]!}` } : {}),
    summary: `${who}  ${verdict.text}${count === 1 ? '' : `, ${plural(count, 'connection')}`}`,
    frameCount: count,
    frames,
    measured: { connections: count, ...measured },
    against: [...(verdict.against ?? [])],
    unknowable: [...(verdict.unknowable ?? [])],
    displayFilter: framesFilter(frames),
    about: `${server} ${verdict.text}`,
  };
}

/** Names in packets may be as long as packets. */
const MAX_TEXT = 300;
const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text);

/** The frame of a message; of the first one where that was not seen. */
export function frameOf({ steps }: Handshake, message: string): number {
  return (steps.find((step) => step.message === message) ?? steps[0])?.frame ?? 1;
}

/** Seconds since 1970 when the handshake began. */
export const timeOf = ({ steps }: Handshake): number => steps[0]?.seconds ?? 0;

export const dateText = (seconds: number | null): string =>
  seconds === null || Math.abs(seconds) > 8_640_000_000_000
    ? 'no date'
    : new Date(seconds * 1000).toISOString().slice(0, 10);
