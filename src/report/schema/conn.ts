/** The document of `synoptic conn --json`. */
import { resetCauses } from '../../flow/life/close.ts';
import { phaseNames } from '../../flow/ladder/phases.ts';
import { scheduleNames } from '../../flow/life/schedule.ts';
import { states } from '../../flow/life/states.ts';
import { MAX_EVIDENCE_FRAMES } from '../../flow/limits.ts';
import { synOfferNames } from '../../wire/tcp-options.ts';
import { MAX_PHASES } from '../ladder/congestion.ts';
import { factIds, sideNames } from '../ladder/model.ts';
import { flagNames } from '../ladder/rows.ts';
import { connectionDefinitions, connectionId, finding, heading, headingDefinitions } from './definitions.ts';
import { recoveryEvent } from './recovery.ts';
import { session } from './ssh.ts';
import { handshake as tlsHandshake } from './tls.ts';
import {
  type Schema,
  arrayOf,
  count,
  flag,
  frameNumber,
  object,
  oneOf,
  orNull,
  ref,
  seconds,
  text,
  whole,
} from './parts.ts';

const number32 = whole(0, 0xffff_ffff);
const side = oneOf(sideNames);
const state = oneOf(states);
const secondsOrNull: Schema = { ...seconds, type: ['number', 'null'] };

const schedule = object({
  transmissions: whole(1),
  intervalsSeconds: arrayOf(seconds),
  fits: arrayOf(oneOf(scheduleNames), { uniqueItems: true }),
  gaveUp: flag,
});

const reset = object({
  frame: frameNumber,
  by: side,
  cause: oneOf(resetCauses),
  odd: orNull(oneOf(['ttl', 'sequence'])),
  ttl: whole(0, 255),
  idleSeconds: { ...seconds, minimum: 0 },
  text,
});

/** What the connection's row has is not repeated. */
const handshake = object({
  syn: orNull(ref('schedule')),
  synAck: orNull(ref('schedule')),
  ignoredAcks: count,
});

const close = object({
  reset: orNull(ref('reset')),
  ignored: orNull(ref('reset')),
  fins: object({ originator: count, responder: count }),
  halfClosedData: flag,
  unanswered: orNull(side),
});

const stay = object({
  state,
  frame: orNull(frameNumber),
  time: orNull(ref('time')),
  relativeSeconds: secondsOrNull,
  durationSeconds: secondsOrNull,
  inferred: flag,
  by: orNull(oneOf(['sent', 'received', 'timer', 'reuse'])),
});

const congestion = object({
  inferred: { const: true },
  rounds: whole(2),
  peakFlightBytes: count,
  payloadBytes: count,
  goodputBytesPerSecond: { ...seconds, minimum: 0 },
  resentSegments: count,
  resentShare: { ...seconds, minimum: 0, maximum: 1 },
  phases: arrayOf(
    object({
      phase: oneOf(phaseNames),
      startSeconds: seconds,
      endSeconds: seconds,
      rounds: whole(1),
      fromFlightBytes: count,
      toFlightBytes: count,
      resentSegments: count,
      frames: arrayOf(frameNumber, { minItems: 2, maxItems: 2 }),
    }),
    { minItems: 1, maxItems: MAX_PHASES },
  ),
  throughput: object({ intervalSeconds: { ...seconds, minimum: 0 }, bytes: arrayOf(count) }),
});

const icmp = object({
  reporter: ref('address'),
  type: whole(0, 255),
  code: whole(0, 255),
  text,
  frameCount: whole(1),
  frames: arrayOf(frameNumber, { maxItems: MAX_EVIDENCE_FRAMES }),
});

/** Keys of TCP alone are left out for UDP. */
const segment = object(
  {
    frame: frameNumber,
    time: orNull(ref('time')),
    relativeSeconds: secondsOrNull,
    side,
    flags: arrayOf(oneOf(flagNames), { uniqueItems: true }),
    relativeSequence: number32,
    relativeAcknowledgment: orNull(number32),
    payloadBytes: count,
    windowField: whole(0, 65_535),
    window: orNull(count),
    acksFrame: frameNumber,
    rttSeconds: { type: 'number' },
    bytesInFlight: whole(1),
    pushBytes: whole(1),
    rtoFrame: frameNumber,
    rtoSeconds: { type: 'number' },
    rtoEstimateSeconds: seconds,
    options: object({
      mss: orNull(whole(0, 65_535)),
      windowShift: orNull(whole(0, 14)),
      offers: arrayOf(oneOf(synOfferNames), { uniqueItems: true }),
    }),
    states: object({ originator: state, responder: state }, ['originator', 'responder']),
    facts: arrayOf(object({ id: oneOf(factIds), text })),
  },
  [
    'flags',
    'relativeSequence',
    'relativeAcknowledgment',
    'windowField',
    'window',
    'acksFrame',
    'rttSeconds',
    'bytesInFlight',
    'pushBytes',
    'rtoFrame',
    'rtoSeconds',
    'rtoEstimateSeconds',
    'options',
    'states',
  ],
);

export const connSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    connection: ref('connection'),
    previous: orNull(connectionId),
    next: orNull(connectionId),
    icmp: arrayOf(icmp),
    handshake: orNull(handshake),
    close: orNull(close),
    states: orNull(
      object({ originator: arrayOf(ref('stay'), { minItems: 1 }), responder: arrayOf(ref('stay'), { minItems: 1 }) }),
    ),
    congestion: orNull(object({ originator: orNull(ref('congestion')), responder: orNull(ref('congestion')) })),
    recoveryEvents: arrayOf(ref('recoveryEvent')),
    tls: orNull(tlsHandshake),
    ssh: orNull(session),
    findings: arrayOf(finding),
    segments: arrayOf(ref('segment')),
  }),
  $defs: { ...headingDefinitions, ...connectionDefinitions, schedule, reset, stay, congestion, recoveryEvent, segment },
};
