/**
 * The documents that commands print: plain data, versioned, no wall-clock time. A renderer draws them, JSON prints
 * them as they are. Field names are the contract of docs/json.md.
 */
import type { Applications } from './applications.ts';
import type { CaptureFormat, Compression } from '../capture/source.ts';
import type { Finding } from '../detect/finding.ts';
import type { MarkName } from '../flow/analysis/marks.ts';
import type { ResetCause, Shape } from '../flow/life/close.ts';
import type { HandshakeNote, Outcome } from '../flow/life/handshake.ts';
import type { ScheduleName } from '../flow/life/schedule.ts';
import type { State } from '../flow/life/states.ts';
import type { Recovery } from '../flow/recovery/summary.ts';
import type { ShareName, StallCause } from '../flow/waits/names.ts';
import type { SynOffer } from '../wire/tcp-options.ts';

export const SCHEMA_VERSION = 1;

interface Tool {
  name: 'synoptic';
  version: string;
}

export interface CaptureDocument {
  files: {
    path: string;
    format: CaptureFormat;
    bytes: number;
    frames: number;
    linkTypes: number[];
    snapLength: number;
    compressed: Compression | null;
    skippedBlocks: Record<string, number>;
  }[];
  /** Interfaces that say how many frames they received or dropped (pcapng statistics). */
  interfaces: {
    file: number;
    name: string | null;
    linkType: number;
    received: number | null;
    dropped: number | null;
  }[];
  frames: number;
  capturedBytes: number;
  wireBytes: number;
  /** Frames of which the snapshot length kept less than was on the wire. */
  cutFrames: number;
  /** Least and greatest time of a frame; null for a capture without frames. */
  firstTime: string | null;
  lastTime: string | null;
  durationSeconds: number;
  /** Frames stamped earlier than the frame in front of them. */
  framesWithoutTime: number;
  framesBackwards: number;
  damage: { file: string; byte: number; frame: number; what: string; expected: string; found: string }[];
}

export interface Accounting {
  framesRead: number;
  framesDecoded: number;
  framesUndecoded: Record<string, number>;
  framesSkipped: Record<string, number>;
}

export interface Heading {
  schemaVersion: typeof SCHEMA_VERSION;
  tool: Tool;
  /** False when the run was interrupted, the input is damaged, or a limit was reached. */
  complete: boolean;
  capture: CaptureDocument;
  accounting: Accounting;
}

export interface AnalyzeDocument extends Heading {
  /** Bytes as each layer counts them: what is lost from one row to the next is headers and padding. */
  layers: { unit: 'frame' | 'packet' | 'segment' | 'payload'; count: number; bytes: number }[];
  protocols: { path: string; frames: number; bytes: number }[];
  connections: {
    total: number;
    byConnState: Record<string, number>;
    byService: Record<string, number>;
    tcp: { total: number; byConnState: Record<string, number> };
    udp: { total: number; byConnState: Record<string, number> };
  };
  /** Segments that were marked as retransmissions, their payload, and what all TCP connections sent. */
  resent: { segments: number; ofSegments: number; payloadBytes: number; ofPayloadBytes: number };
  /** What the time of all TCP connections together went to; connections by what most of theirs did. */
  time: { connections: number; byLimit: Partial<Record<Limit, number>> } & Record<`${ShareName}Seconds`, number>;
  /** What was decoded of protocols; null with `--no-decode`. */
  applications: Applications | null;
  talkers: Talker[];
  anomalies: Record<string, number>;
  limitsReached: string[];
  findings: Finding[];
}

/** Connections of one pair of hosts to one port of the responder. */
export interface Talker {
  transport: 'tcp' | 'udp';
  originator: { address: string };
  responder: { address: string; port: number };
  connections: number;
  frames: number;
  wireBytes: number;
}

export interface HandshakeRow {
  outcome: Outcome;
  /** SYN to the ACK that completed the handshake. */
  rttSeconds?: number;
  /** SYN to SYN-ACK. */
  synAckSeconds?: number;
  synTransmissions: number;
  synAckTransmissions: number;
  simultaneousOpen: boolean;
  /** Data on the SYN. */
  fastOpen: boolean;
  /** Explicit congestion notification was offered and accepted (RFC 3168 section 6.1.1). */
  ecn: boolean;
  notes: HandshakeNote[];
  /** Schedules that fit the times at which the SYN was sent again. */
  synSchedules?: ScheduleName[];
  /** Likewise of the SYN-ACK. */
  synAckSchedules?: ScheduleName[];
  /** A segment that acknowledged what its receiver had not sent, and was reset for it. */
  unexpectedAck?: { frame: number; acknowledgment: number; expected: number | null; resetFrame: number };
}

/** What most of a connection's time goes to; `unknown` where the capture lacks one direction. */
export type Limit =
  | 'handshake'
  | 'server'
  | 'client'
  | 'receiver-window'
  | 'loss-recovery'
  | 'path'
  | 'sender-pacing'
  | 'idle'
  | 'unknown';

/** How the time from the first to the last segment is divided; the shares add up to `durationSeconds`. */
export interface TimeRow extends Record<`${ShareName}Seconds`, number> {
  limitedBy: Limit;
  /** Of the longest stalls of that kind, or the first and the last of the connection. */
  frames: number[];
}

/** Silences longer than the estimate of the retransmission timeout. */
export interface StallsRow {
  count: number;
  seconds: number;
  /** In order of the capture. */
  longest: {
    cause: StallCause;
    waitedFor: End;
    seconds: number;
    /** From the connection's start. */
    startSeconds: number;
    /** Before it and after it. */
    frames: number[];
  }[];
}

/** The receive window that an end announced after its SYN, in bytes. */
export interface WindowRow {
  /** False where the SYNs are not in the capture: fields are given as they are. */
  scaleKnown: boolean;
  min: number;
  max: number;
  last: number;
  closings: number;
  closedSeconds: number;
  closedAtEnd: boolean;
  /** Segments that drew it back, and that offered less than one segment. */
  shrunk: number;
  silly: number;
}

type End = 'originator' | 'responder';

export interface CloseRow {
  shape: Shape;
  initiator: End | null;
  /** The RST that ended the connection, or that followed the FINs. */
  reset?: { frame: number; by: End; cause: ResetCause; idleSeconds: number };
  /** The end that was told of the close, and had not closed when the capture ended. */
  waiting?: End;
}

/** From segments to their ACKs, at the capture point; segments that were sent again are left out. */
export interface RttRow {
  samples: number;
  minSeconds: number;
  averageSeconds: number;
  maxSeconds: number;
  /** Segments that could not be timed; missing when there are none. */
  untimed?: number;
}

export interface EndpointRow {
  frames: number;
  wireBytes: number;
  payloadBytes: number;
  /** TCP: payload without what was sent again. */
  uniqueBytes?: number;
  /** TCP: when the capture ended, as far as it tells. */
  finalState?: State;
  isn?: number;
  mss?: number;
  windowShift?: number;
  /** Other options of its SYN. */
  synOptions?: SynOffer[];
  /** TCP: segments by the mark that Wireshark's analysis gives them; what does not occur is left out. */
  analysis?: Partial<Record<MarkName, number>>;
  /** TCP: of segments that this end sent; missing when none was measured. */
  rtt?: RttRow;
  /** TCP: the most payload that was sent and not acknowledged; missing when there was none. */
  maxBytesInFlight?: number;
  /** TCP: what it lost and sent again; left out for an end without anything of the kind. */
  recovery?: Recovery;
  window?: WindowRow;
  /** What it sent before anything of it was acknowledged. */
  firstFlight?: { bytes: number; segments: number };
  ttl?: { min: number; max: number };
  dscp?: { min: number; max: number };
}

export interface ConnectionRow {
  id: string;
  transport: 'tcp' | 'udp';
  index: number;
  originator: { address: string; port: number };
  responder: { address: string; port: number };
  communityId: string;
  service: string | null;
  firstFrame: number;
  lastFrame: number;
  /** Both null when a frame's time lies before 1970 or after 2106. */
  startTime: string | null;
  durationSeconds: number | null;
  connState: string;
  history: string;
  completeness?: number;
  /** TCP only. */
  handshake?: HandshakeRow;
  close?: CloseRow;
  /** Null without a second segment, and where `durationSeconds` is. */
  time?: TimeRow | null;
  stalls?: StallsRow;
  endpoints: { originator: EndpointRow; responder: EndpointRow };
}

export interface ConnsDocument extends Heading {
  connections: ConnectionRow[];
}
