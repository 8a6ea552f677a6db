/** The document of `conn`, but for the rows of its segments, which are made one at a time. */
import type { Facts } from '../../detect/facts.ts';
import type { IcmpReport } from '../../flow/icmp.ts';
import { reportText } from '../../flow/icmp-reasons.ts';
import type { Close } from '../../flow/life/close.ts';
import type { Handshake } from '../../flow/life/handshake.ts';
import type { Schedule } from '../../flow/life/schedule.ts';
import type { Side } from '../../flow/life/story.ts';
import { heading, limitsReached } from '../documents.ts';
import type { ConnectionRow, Heading } from '../model.ts';
import { type SideName, sideNames } from './model.ts';
import { resetText } from './closing.ts';
import { type Stay, staysOf } from './stays.ts';
import type { Subject } from './subject.ts';

export interface ScheduleDocument {
  transmissions: number;
  intervalsSeconds: number[];
  /** Schedules of operating systems that fit. */
  fits: string[];
  gaveUp: boolean;
}

export interface HandshakeDocument extends Omit<Handshake, 'syn' | 'synAck'> {
  readonly syn: ScheduleDocument | null;
  readonly synAck: ScheduleDocument | null;
}

interface CloseDocument extends Omit<Close, 'initiator' | 'reset' | 'fins' | 'waiting'> {
  readonly initiator: SideName | null;
  readonly reset: {
    readonly frame: number;
    readonly side: SideName;
    readonly cause: string;
    readonly odd: 'ttl' | 'sequence' | null;
    readonly ttl: number;
    readonly idleSeconds: number;
    readonly text: string;
  } | null;
  readonly fins: { readonly originator: number; readonly responder: number };
  readonly waiting: SideName | null;
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

export interface ConnDocument extends Heading {
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
}

export function connDocument(facts: Facts, subject: Subject, connection: ConnectionRow): ConnDocument {
  const { life, segments } = subject;
  if (segments.limitReached) facts.limits.add('ladder-segments');
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    connection,
    previous: idOf(subject, life?.previous ?? -1),
    next: idOf(subject, life?.next ?? -1),
    icmp: subject.icmp.map(icmpDocument),
    handshake: life === null ? null : handshakeDocument(life.handshake),
    close: life === null ? null : closeDocument(subject, life.close),
    states: life === null ? null : { originator: staysOf(subject, life, 0), responder: staysOf(subject, life, 1) },
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

/** To nanoseconds, which is what captures have. */
const rounded = (seconds: number): number => Math.round(seconds * 1e9) / 1e9;

function handshakeDocument(h: Handshake): HandshakeDocument {
  return {
    outcome: h.outcome,
    rttSeconds: h.rttSeconds === null ? null : rounded(h.rttSeconds),
    synAckSeconds: h.synAckSeconds === null ? null : rounded(h.synAckSeconds),
    syn: scheduleDocument(h.syn),
    synAck: scheduleDocument(h.synAck),
    simultaneousOpen: h.simultaneousOpen,
    fastOpen: h.fastOpen,
    notes: [...h.notes],
    unexpectedAck: h.unexpectedAck,
    ignoredAcks: h.ignoredAcks,
  };
}

const scheduleDocument = (s: Schedule | null): ScheduleDocument | null =>
  s === null
    ? null
    : {
        transmissions: s.transmissions,
        intervalsSeconds: s.intervals.map(rounded),
        fits: [...s.fits],
        gaveUp: s.gaveUp,
      };

function closeDocument(subject: Subject, c: Close): CloseDocument {
  const { reset } = c;
  return {
    shape: c.shape,
    initiator: nameOf(c.initiator),
    reset: reset === null ? null : { ...reset, side: sideNames[reset.side], text: resetText(subject, reset) },
    ignoredResets: c.ignoredResets,
    fins: { originator: c.fins[0], responder: c.fins[1] },
    halfClosedData: c.halfClosedData,
    waiting: nameOf(c.waiting),
  };
}
