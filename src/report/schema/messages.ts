/** The document of `synoptic messages --json`. */
import { messageClasses } from '../../app/framing/boundaries.ts';
import { causes } from '../../app/framing/causes.ts';
import { families } from '../../app/infer/candidate.ts';
import { unknownTexts } from '../../app/infer/infer.ts';
import { MAX_MESSAGE_FRAMES } from '../../app/limits.ts';
import { overlapPolicies } from '../../stream/overlap.ts';
import { sideNames } from '../ladder/model.ts';
import { connectionId, finding, heading, headingDefinitions } from './definitions.ts';
import {
  type Schema,
  arrayOf,
  count,
  countsBy,
  frameNumber,
  object,
  oneOf,
  orNull,
  port,
  ref,
  seconds,
  text,
  whole,
} from './parts.ts';

const side = oneOf(sideNames);
const end = object({ address: text, port });
const counts = { messages: count, whole: count, sticky: count, split: count, both: count, incomplete: count };

const message = object({
  connection: connectionId,
  side,
  index: count,
  start: count,
  end: count,
  class: oneOf(messageClasses),
  cause: orNull(oneOf(causes)),
  segments: count,
  frames: arrayOf(frameNumber, { maxItems: MAX_MESSAGE_FRAMES, uniqueItems: true }),
  time: orNull(ref('time')),
  fields: { type: 'object', additionalProperties: { type: ['number', 'string'] } },
});

const problem = object({
  connection: connectionId,
  side,
  start: count,
  end: count,
  problem: oneOf(['too-long', 'corrupted', 'gap']),
  frame: count,
  text,
});

const inferred = object({
  address: text,
  port,
  connections: whole(1),
  originatorBytes: count,
  responderBytes: count,
  framing: orNull(text),
  family: orNull(oneOf(families)),
  netty: orNull(text),
  confidence: { type: 'number', minimum: 0, maximum: 1 },
  sides: arrayOf(side, { uniqueItems: true }),
  explainedBytes: count,
  messages: count,
  shortest: count,
  longest: count,
  pauses: count,
  pausesAtEnds: count,
  alternatives: arrayOf(text, { uniqueItems: true }),
  unknown: orNull(oneOf(Object.keys(unknownTexts))),
});

export const messagesSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    overlapPolicy: oneOf(overlapPolicies),
    summary: object({
      ...counts,
      problems: count,
      causes: countsBy(causes),
      segmentsPerMessage: arrayOf(object({ segments: count, messages: whole(1) })),
      messagesPerSegment: arrayOf(object({ messages: count, segments: whole(1) })),
    }),
    connections: arrayOf(
      object({ connection: connectionId, framing: text, originator: end, responder: end, ...counts }),
    ),
    problems: arrayOf(problem),
    reads: orNull(
      object({ bufferBytes: whole(1), delaySeconds: seconds, reads: count, withSeveral: count, withPart: count }),
    ),
    inferred: orNull(arrayOf(inferred)),
    findings: arrayOf(ref('finding')),
    messages: arrayOf(message),
  }),
  $defs: { ...headingDefinitions, finding },
};
