/** What the schemas of several commands share: the heading of every document, findings, rows of connections. */
import { type Service, services } from '../../app/identify.ts';
import type { CaptureFormat, Compression } from '../../capture/source.ts';
import type { Severity } from '../../detect/finding.ts';
import { markNames } from '../../flow/analysis/marks.ts';
import { connStates } from '../../flow/conn-state.ts';
import { resetCauses, shapes } from '../../flow/life/close.ts';
import { handshakeNotes, outcomes } from '../../flow/life/handshake.ts';
import { scheduleNames } from '../../flow/life/schedule.ts';
import { states } from '../../flow/life/states.ts';
import { MAX_EVIDENCE_FRAMES, MAX_HISTORY } from '../../flow/limits.ts';
import type { SkipReason } from '../../flow/totals.ts';
import { MAX_STALLS_EACH } from '../../flow/waits/limits.ts';
import { shareNames, stallCauses } from '../../flow/waits/names.ts';
import { limits } from '../wait-rows.ts';
import { stopNames } from '../../wire/frame.ts';
import { synOfferNames } from '../../wire/tcp-options.ts';
import { SCHEMA_VERSION } from '../model.ts';
import { recovery } from './recovery.ts';
import {
  type Schema,
  arrayOf,
  count,
  countsBy,
  flag,
  frameNumber,
  membersOf,
  object,
  oneOf,
  orNull,
  port,
  ref,
  seconds,
  text,
  whole,
} from './parts.ts';

const formats = membersOf<CaptureFormat>({ pcap: true, 'pcap-ns': true, 'pcap-modified': true, pcapng: true });
const compressions = membersOf<Compression>({ gzip: true, zstd: true, lz4: true });
export const severities = membersOf<Severity>({ info: true, notice: true, warning: true, alert: true });
const skipReasons = membersOf<SkipReason>({ filter: true, time: true });
export const knownServices = services.filter((service): service is Service => service !== '');

export const address: Schema = { type: 'string', pattern: '^[0-9a-f:.]{2,45}$' };
export const connectionId: Schema = { type: 'string', pattern: '^(tcp|udp):(0|[1-9][0-9]*)$' };

/** UTC with nanoseconds; years before 0 and after 9999 have a sign and six digits (ISO 8601 section 4.1.2.4). */
const time: Schema = {
  type: 'string',
  pattern:
    '^([0-9]{4}|[+-][0-9]{6})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}\\.[0-9]{9}Z$',
};

const capture = object({
  files: arrayOf(
    object({
      path: text,
      format: oneOf(formats),
      bytes: count,
      frames: count,
      linkTypes: arrayOf(count),
      snapLength: count,
      compressed: orNull(oneOf(compressions)),
      skippedBlocks: {
        type: 'object',
        propertyNames: { pattern: '^0x[0-9a-f]{8}$' },
        additionalProperties: whole(1),
      },
    }),
    { minItems: 1 },
  ),
  interfaces: arrayOf(
    object({ file: count, name: orNull(text), linkType: count, received: orNull(count), dropped: orNull(count) }),
  ),
  frames: count,
  capturedBytes: count,
  wireBytes: count,
  cutFrames: count,
  firstTime: orNull(ref('time')),
  lastTime: orNull(ref('time')),
  durationSeconds: { ...seconds, minimum: 0 },
  framesWithoutTime: count,
  framesBackwards: count,
  damage: arrayOf(object({ file: text, byte: count, frame: frameNumber, what: text, expected: text, found: text })),
});

/** Keys that every document starts with. */
export const heading: Readonly<Record<string, Schema>> = {
  schemaVersion: { const: SCHEMA_VERSION },
  tool: object({ name: { const: 'synoptic' }, version: { type: 'string', minLength: 1 } }),
  complete: flag,
  capture: ref('capture'),
  accounting: ref('accounting'),
};

const accounting = object({
  framesRead: count,
  framesDecoded: count,
  framesUndecoded: countsBy(stopNames.slice(1)),
  framesSkipped: countsBy(skipReasons),
});

export const headingDefinitions: Readonly<Record<string, Schema>> = { time, capture, accounting };

export const finding = object({
  id: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)+$' },
  severity: oneOf(severities),
  confidence: { type: 'number', minimum: 0, maximum: 1 },
  connection: orNull(connectionId),
  summary: { type: 'string', minLength: 1 },
  frameCount: count,
  frames: arrayOf(frameNumber, { maxItems: MAX_EVIDENCE_FRAMES }),
  measured: { type: 'object', additionalProperties: { anyOf: [{ type: 'number' }, text] } },
  against: arrayOf(text),
  unknowable: arrayOf(text),
  displayFilter: text,
  references: arrayOf(object({ spec: text, section: text }), { minItems: 1 }),
  fingerprint: { type: 'string', pattern: '^[0-9a-f]{16}$' },
});

const positive: Schema = { ...seconds, minimum: 0 };
const range = (maximum: number): Schema => object({ min: whole(0, maximum), max: whole(0, maximum) });

const end = oneOf(['originator', 'responder']);

export const shareProperties: Readonly<Record<string, Schema>> = Object.fromEntries(
  shareNames.map((name) => [`${name}Seconds`, positive]),
);

const connectionTime = object({
  limitedBy: oneOf(limits),
  frames: arrayOf(frameNumber, { minItems: 1, uniqueItems: true }),
  ...shareProperties,
});

const stalls = object({
  count,
  seconds: positive,
  longest: arrayOf(
    object({
      cause: oneOf(stallCauses),
      waitedFor: end,
      seconds: positive,
      startSeconds: positive,
      frames: arrayOf(frameNumber, { minItems: 2, maxItems: 2 }),
    }),
    { maxItems: MAX_STALLS_EACH },
  ),
});

const rtt = object(
  { samples: count, minSeconds: positive, averageSeconds: positive, maxSeconds: positive, untimed: count },
  ['untimed'],
);

const endpoint = object(
  {
    frames: count,
    wireBytes: count,
    payloadBytes: count,
    uniqueBytes: count,
    finalState: oneOf(states),
    isn: whole(0, 0xffff_ffff),
    mss: whole(0, 65_535),
    windowShift: whole(0, 255),
    synOptions: arrayOf(oneOf(synOfferNames)),
    analysis: countsBy(markNames),
    rtt,
    maxBytesInFlight: count,
    recovery: ref('recovery'),
    window: object({
      scaleKnown: flag,
      min: count,
      max: count,
      last: count,
      closings: count,
      closedSeconds: positive,
      closedAtEnd: flag,
      shrunk: count,
      silly: count,
    }),
    firstFlight: object({ bytes: count, segments: count }),
    ttl: range(255),
    dscp: range(63),
  },
  [
    'uniqueBytes',
    'finalState',
    'isn',
    'mss',
    'windowShift',
    'synOptions',
    'analysis',
    'rtt',
    'maxBytesInFlight',
    'recovery',
    'window',
    'firstFlight',
    'ttl',
    'dscp',
  ],
);

const sequenceNumber = whole(0, 0xffff_ffff);

const handshake = object(
  {
    outcome: oneOf(outcomes),
    rttSeconds: seconds,
    synAckSeconds: seconds,
    synTransmissions: count,
    synAckTransmissions: count,
    simultaneousOpen: flag,
    fastOpen: flag,
    ecn: flag,
    notes: arrayOf(oneOf(handshakeNotes)),
    synSchedules: arrayOf(oneOf(scheduleNames), { minItems: 1 }),
    synAckSchedules: arrayOf(oneOf(scheduleNames), { minItems: 1 }),
    unexpectedAck: object({
      frame: frameNumber,
      acknowledgment: sequenceNumber,
      expected: orNull(sequenceNumber),
      resetFrame: frameNumber,
    }),
  },
  ['rttSeconds', 'synAckSeconds', 'synSchedules', 'synAckSchedules', 'unexpectedAck'],
);

const close = object(
  {
    shape: oneOf(shapes),
    initiator: orNull(end),
    reset: object({ frame: frameNumber, by: end, cause: oneOf(resetCauses), idleSeconds: positive }),
    waiting: end,
  },
  ['reset', 'waiting'],
);

const socket = object({ address: ref('address'), port });

/** UDP has no handshake to be complete, and no options. */
const byTransport: Schema = {
  anyOf: [
    {
      type: 'object',
      properties: {
        transport: { const: 'tcp' },
        id: { type: 'string', pattern: '^tcp:' },
        completeness: true,
        handshake: true,
        close: true,
        time: true,
        stalls: true,
      },
      required: ['completeness', 'handshake', 'close', 'time', 'stalls'],
    },
    {
      type: 'object',
      properties: {
        transport: { const: 'udp' },
        id: { type: 'string', pattern: '^udp:' },
        completeness: false,
        handshake: false,
        close: false,
        time: false,
        stalls: false,
      },
    },
  ],
};

const connection: Schema = {
  ...object(
    {
      id: connectionId,
      transport: oneOf(['tcp', 'udp']),
      index: count,
      originator: ref('socket'),
      responder: ref('socket'),
      communityId: { type: 'string', pattern: '^1:[A-Za-z0-9+/]{27}=$' },
      service: orNull(oneOf(knownServices)),
      firstFrame: frameNumber,
      lastFrame: frameNumber,
      startTime: orNull(ref('time')),
      durationSeconds: { ...seconds, type: ['number', 'null'], minimum: 0 },
      connState: oneOf(connStates),
      history: { type: 'string', pattern: '^\\^?[A-Za-z]*$', maxLength: MAX_HISTORY },
      completeness: whole(0, 63),
      handshake: ref('handshake'),
      close: ref('close'),
      time: orNull(ref('connectionTime')),
      stalls: ref('stalls'),
      endpoints: object({ originator: ref('endpoint'), responder: ref('endpoint') }),
    },
    ['completeness', 'handshake', 'close', 'time', 'stalls'],
  ),
  ...byTransport,
};

export const connectionDefinitions: Readonly<Record<string, Schema>> = {
  address,
  socket,
  endpoint,
  recovery,
  handshake,
  close,
  connectionTime,
  stalls,
  connection,
};
