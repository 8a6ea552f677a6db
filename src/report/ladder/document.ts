/** The document of `conn`, but for the rows of its segments, which are made one at a time. */
import type { Facts } from '../../detect/facts.ts';
import type { IcmpReport } from '../../flow/icmp.ts';
import { reportText } from '../../flow/icmp-reasons.ts';
import type { Close, Reset, ResetCause } from '../../flow/life/close.ts';
import type { Handshake } from '../../flow/life/handshake.ts';
import type { Schedule, ScheduleName } from '../../flow/life/schedule.ts';
import type { Side } from '../../flow/life/story.ts';
import { connectionRow } from '../connection-rows.ts';
import { heading, limitsReached } from '../documents.ts';
import type { ConnectionRow, Heading } from '../model.ts';
import { resetText } from './closing.ts';
import { type Congestion, congestionOf } from './congestion.ts';
import { type SideName, sideNames } from './model.ts';
import type { Finding } from '../../detect/finding.ts';
import { type RecoveryEventRow, recoveryEventRows } from './recovery.ts';
import { type Spoken, nothingSpoken } from './spoken.ts';
import { type Stay, staysOf } from './stays.ts';
import type { Subject } from './subject.ts';

interface ScheduleDocument {
  transmissions: number;
  intervalsSeconds: readonly number[];
  /** Schedules of operating systems that fit. */
  fits: readonly ScheduleName[];
  gaveUp: boolean;
}

/** What the row of the connection does not say of its handshake. */
interface HandshakeDocument {
  readonly syn: ScheduleDocument | null;
  readonly synAck: ScheduleDocument | null;
  readonly ignoredAcks: number;
}

interface ResetDocument {
  readonly frame: number;
  readonly by: SideName;
  readonly cause: ResetCause;
  readonly odd: 'ttl' | 'sequence' | null;
  readonly ttl: number;
  readonly idleSeconds: number;
  /** For people, in English. */
  readonly text: string;
}

/** What the row of the connection does not say of its close. */
interface CloseDocument {
  readonly reset: ResetDocument | null;
  readonly ignored: ResetDocument | null;
  readonly fins: { readonly originator: number; readonly responder: number };
  readonly halfClosedData: boolean;
  readonly unanswered: SideName | null;
}

interface IcmpDocument {
  readonly reporter: string;
  readonly type: number;
  readonly code: number;
  /** For people, in English. */
  readonly text: string;
  readonly frameCount: number;
  readonly frames: readonly number[];
}

export interface ConnDocument extends Heading, Spoken {
  readonly limitsReached: readonly string[];
  readonly connection: ConnectionRow;
  /** Connections of the same ends before and after. */
  readonly previous: string | null;
  readonly next: string | null;
  /** ICMP errors about packets of the connection. */
  readonly icmp: readonly IcmpDocument[];
  /** The rest is null for UDP. */
  readonly handshake: HandshakeDocument | null;
  readonly close: CloseDocument | null;
  readonly states: { readonly originator: readonly Stay[]; readonly responder: readonly Stay[] } | null;
  /** How each end sent its data; null for an end that sent little. */
  readonly congestion: { readonly originator: Congestion | null; readonly responder: Congestion | null } | null;
  /** Segments that were sent again, overtaken or doubled, in order of frames. */
  readonly recoveryEvents: readonly RecoveryEventRow[];
  /** Those about this connection. */
  readonly findings: readonly Finding[];
}

export function connDocument(
  facts: Facts,
  subject: Subject,
  spoken: Spoken = nothingSpoken,
  findings: readonly Finding[] = [],
): ConnDocument {
  const { connections: c, id, life, segments } = subject;
  if (segments.limitReached) facts.limits.add('ladder-segments');
  const row = connectionRow(c, id, c.indexes()[id]!);
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    connection: row,
    previous: idOf(subject, life?.previous ?? -1),
    next: idOf(subject, life?.next ?? -1),
    icmp: subject.icmp.map(icmpDocument),
    handshake: life === null ? null : handshakeDocument(life.handshake),
    close: life === null ? null : closeDocument(subject, life.close),
    states: life === null ? null : { originator: staysOf(subject, life, 0), responder: staysOf(subject, life, 1) },
    congestion: life === null ? null : { originator: congestionOf(subject, 0), responder: congestionOf(subject, 1) },
    recoveryEvents: recoveryEventRows(subject),
    tls: spoken.tls,
    ssh: spoken.ssh,
    findings: findings.filter(({ connection }) => connection === row.id),
  };
}

/** Life is known of TCP alone. */
const idOf = ({ connections }: Subject, id: number): string | null =>
  id < 0 ? null : `tcp:${connections.indexes()[id]!}`;

const icmpDocument = ({ reporter, version, type, code, count, frames }: IcmpReport): IcmpDocument => ({
  reporter,
  type,
  code,
  text: reportText({ version, type, code }),
  frameCount: count,
  frames,
});

const nameOf = (side: Side | null): SideName | null => (side === null ? null : sideNames[side]);

const handshakeDocument = ({ syn, synAck, ignoredAcks }: Handshake): HandshakeDocument => ({
  syn: scheduleDocument(syn),
  synAck: scheduleDocument(synAck),
  ignoredAcks,
});

function scheduleDocument(schedule: Schedule | null): ScheduleDocument | null {
  if (schedule === null) return null;
  const { transmissions, intervals, fits, gaveUp } = schedule;
  return { transmissions, intervalsSeconds: intervals, fits, gaveUp };
}

function closeDocument(subject: Subject, { reset, ignored, fins, halfClosedData, unanswered }: Close): CloseDocument {
  return {
    reset: reset === null ? null : resetDocument(subject, reset),
    ignored: ignored === null ? null : resetDocument(subject, ignored),
    fins: { originator: fins[0], responder: fins[1] },
    halfClosedData,
    unanswered: nameOf(unanswered),
  };
}

function resetDocument(subject: Subject, reset: Reset): ResetDocument {
  const { frame, side, cause, odd, ttl, idleSeconds } = reset;
  return { frame, by: sideNames[side], cause, odd, ttl, idleSeconds, text: resetText(subject, reset) };
}
