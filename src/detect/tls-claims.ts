/** Findings about TLS servers: what the same server does in many connections is told once, and what many servers do too. */
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
  /** Connections of a server with the same words are one finding, and so are those of many servers. */
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
  /** What clients asked for, the first ones. */
  readonly names: Set<string>;
  readonly verdict: TlsVerdict;
  readonly frames: number[];
  count: number;
}

/** Servers from which on what is wrong with them in the same words is told once. */
const MANY_SERVERS = 4;
/** Names that clients asked of a server for, of which we know. */
const MAX_NAMES = 1000;

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
    if (group === undefined) groups.set(key, (group = { id, server, names: new Set(), verdict, frames: [], count: 0 }));
    group.count++;
    const name = handshake.clientHello?.serverName ?? null;
    if (name !== null && group.names.size < MAX_NAMES) group.names.add(short(name));
    if (group.frames.length < MAX_EVIDENCE_FRAMES) group.frames.push(verdict.frame);
  }
  for (const alike of byText([...groups.values()])) {
    if (alike.length < MANY_SERVERS) for (const group of alike) yield claimOf(facts, [group]);
    else yield claimOf(facts, alike);
  }
}

/** Groups of servers with the same words, in order of the first of them. */
function byText(groups: readonly Group[]): Iterable<readonly Group[]> {
  const alike = new Map<string, Group[]>();
  for (const group of groups) {
    const key = `${group.verdict.severity} ${group.verdict.text}`;
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [group]);
    else others.push(group);
  }
  return alike.values();
}

function claimOf({ connections: c }: Facts, groups: readonly Group[]): Claim {
  const [{ id, server, verdict }] = groups as [Group];
  const isOne = groups.length === 1;
  const count = groups.reduce((sum, each) => sum + each.count, 0);
  const frames = groups
    .flatMap((each) => each.frames)
    .toSorted((a, b) => a - b)
    .slice(0, MAX_EVIDENCE_FRAMES);
  const who = isOne ? whoOf(groups[0]!) : `${groups.length} servers, ${groups.slice(0, 2).map(whoOf).join(', ')} ...`;
  return {
    severity: verdict.severity,
    confidence: verdict.confidence,
    ...(count === 1 ? { connection: `${c.isUdp(id) ? 'udp' : 'tcp'}:${c.indexes()[id]!}` } : {}),
    summary: `${who}  ${verdict.text}${count === 1 ? '' : `, ${plural(count, 'connection')}`}`,
    frameCount: count,
    frames,
    measured: { connections: count, ...(isOne ? {} : { servers: groups.length }), ...verdict.measured },
    against: [...(verdict.against ?? [])],
    unknowable: [...(verdict.unknowable ?? [])],
    displayFilter: framesFilter(frames),
    about: isOne ? `${server} ${verdict.text}` : verdict.text,
  };
}

/** `10.0.0.9:443 (a.example and 2 more)`. */
function whoOf({ server, names }: Group): string {
  const [first] = names;
  if (first === undefined) return server;
  return `${server} (${first}${names.size === 1 ? '' : ` and ${names.size - 1} more`})`;
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
