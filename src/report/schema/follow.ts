/** The document of `synoptic follow --json`. */
import { overlapPolicies } from '../../stream/overlap.ts';
import { sideNames } from '../ladder/model.ts';
import { connectionDefinitions, finding, heading, headingDefinitions } from './definitions.ts';
import { type Schema, arrayOf, count, flag, frameNumber, object, oneOf, orNull, ref, text } from './parts.ts';

const side = oneOf(sideNames);
const hex: Schema = { type: 'string', pattern: '^([0-9a-f]{2})*$' };

const stream = object({
  bytes: count,
  lostBytes: count,
  cutBytes: count,
  resentBytes: count,
  uncomparedBytes: count,
  conflicts: count,
});

const conflict = object({
  side,
  start: count,
  end: count,
  keptFrame: orNull(frameNumber),
  otherFrame: frameNumber,
  kept: hex,
  other: hex,
});

const chunk = object({
  side,
  start: count,
  end: count,
  kind: oneOf(['data', 'lost', 'cut']),
  frame: frameNumber,
  readableFrame: frameNumber,
  time: orNull(ref('time')),
  hex: orNull(hex),
});

export const followSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    connection: ref('connection'),
    overlapPolicy: oneOf(overlapPolicies),
    streams: object({ originator: ref('stream'), responder: ref('stream') }),
    conflicts: arrayOf(conflict),
    decrypted: flag,
    redactedSecrets: orNull(count),
    findings: arrayOf(ref('finding')),
    chunks: arrayOf(chunk),
  }),
  $defs: { ...headingDefinitions, ...connectionDefinitions, finding, stream },
};
